import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openRescue, type RescueAws } from "../../../infra/aws/rescue.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { latchParameter, rollbackAddressParameter } from "../../../infra/naming.ts";
import type { SetLatch } from "../../../rollout/latch.ts";
import { type DeployedStage, deployStage } from "../../support/aws/deployed-stage.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { subscribeInbox } from "../../support/aws/inbox.ts";
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
