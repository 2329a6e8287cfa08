import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openRescue, publishNotice, type RescueAws } from "../../../infra/aws/rescue.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { latchParameter, rollbackAddressParameter } from "../../../infra/naming.ts";
import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import type { SetLatch } from "../../../rollout/latch.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { type DeployedStage, deployStage } from "../../support/aws/deployed-stage.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { type Inbox, openInbox, subscribeInbox } from "../../support/aws/inbox.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { type RecordedRequests, recordRequests } from "../../support/aws/record-requests.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";

const latch: SetLatch = { state: "set", at: "2026-11-23T12:00:00.000Z", reason: "by hand", rolledBack: "green" };

describeWithMoto("openRescue", () => {
  let stage: DeployedStage;
  let requests: RecordedRequests;
  let rescue: RescueAws;
  beforeAll(async () => {
    stage = await deployStage();
    await setHealthyTasks(stage.account, "blue", 3);
    requests = await recordRequests(stage.moto);
    const { path, name } = latchParameter(projectName, "staging");
    rescue = openRescue({
      region: stage.addresses.region,
      timeZone: "Australia/Melbourne",
      names: { path, latch: name, address: rollbackAddressParameter(projectName, "staging").name },
    });
  });
  afterAll(async () => {
    await requests.stop();
    vi.unstubAllEnvs();
    await stage.moto.stop();
  });

  it("returns the traffic with its second call, from nothing but the stage's name and region", async () => {
    const { address } = await rescue.find();
    expect(await rescue.moveAllTraffic(address, "green")).toEqual({ blue: 0, green: 100 });
    expect(await rescue.moveAllTraffic(address, address.liveColour)).toEqual({ blue: 100, green: 0 });
    expect(requests.take()).toEqual(["GetParametersByPath", "ModifyRule", "ModifyRule"]);
  });

  it("sets the latch, reads back and tells people, with one call each", async () => {
    const { address } = await rescue.find();
    const subjects = await subscribeInbox(stage.account.clients, address.alertTopicArn);
    requests.take();
    await rescue.writeLatch(latch);
    expect(await rescue.readSplit(address)).toEqual({ blue: 100, green: 0 });
    expect(await rescue.readTargets(address, "blue")).toEqual({ healthy: 3, notHealthy: 0 });
    await rescue.publish(address, "Rolled back by hand", "blue serves all public traffic.");
    expect(requests.take()).toEqual(["PutParameter", "DescribeRules", "DescribeTargetHealth", "Publish"]);
    expect(await subjects()).toEqual(["Rolled back by hand"]);
    expect((await rescue.find()).latch).toEqual(latch);
  });
});

describeWithMoto("publishNotice", () => {
  let moto: MotoServer;
  let topic: string;
  let inbox: Inbox;
  beforeAll(async () => {
    moto = await startMoto();
    const clients = connectClients(moto);
    const { TopicArn = "" } = await clients.notices.send(new CreateTopicCommand({ Name: "alerts" }));
    topic = TopicArn;
    inbox = await openInbox(clients, "alerts");
    await clients.notices.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: inbox.arn }));
  });
  afterAll(() => moto.stop());

  it("tells everyone who is told of alarms, with one call", async () => {
    const { notices } = connectClients(moto);
    const calls = recordCalls(notices);
    await publishNotice(notices, topic, "Rolled back by hand", "blue serves all public traffic.");
    expect(calls).toEqual(["PublishCommand"]);
    const [body = ""] = await inbox.read();
    expect(JSON.parse(body)).toMatchObject({
      Subject: "Rolled back by hand",
      Message: "blue serves all public traffic.",
    });
  });

  it("writes a subject that SNS takes, whatever it is made of", async () => {
    const { notices } = connectClients(moto);
    const inputs = answerCalls(notices, {}, {});
    await publishNotice(notices, topic, `Rolled back: ${"x".repeat(200)}`, "a\nb");
    await publishNotice(notices, topic, "  Ausgefallen: grün\n\u001b[31mrot", "a\u202eb\u0007");
    expect(inputs.map((input) => (input as { Subject: string }).Subject)).toEqual([
      `Rolled back: ${"x".repeat(86)}`,
      "Ausgefallen: grün rot",
    ]);
    expect(inputs.map((input) => (input as { Message: string }).Message)).toEqual(["a\nb", "ab"]);
  });

  it("says what was asked where the topic is gone", async () => {
    const { notices } = connectClients(moto);
    await expect(publishNotice(notices, `${topic}-gone`, "a", "b")).rejects.toThrow(
      /^AWS: the notice could not be sent: .*\(NotFound\w*\)\. What the last update left behind is not/,
    );
  });
});
