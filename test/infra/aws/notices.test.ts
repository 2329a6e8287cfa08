import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, it } from "vitest";
import { publishNotice } from "../../../infra/aws/notices.ts";
import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { type Inbox, openInbox } from "../../support/aws/inbox.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";

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
    await publishNotice(notices, topic, { subject: "Rolled back by hand", message: "blue serves all public traffic." });
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
    await publishNotice(notices, topic, { subject: `Rolled back: ${"x".repeat(200)}`, message: "a\nb" });
    await publishNotice(notices, topic, { subject: "  Ausgefallen: grün\n\u001b[31mrot", message: "a\u202eb\u0007" });
    expect(inputs.map((input) => (input as { Subject: string }).Subject)).toEqual([
      `Rolled back: ${"x".repeat(86)}`,
      "Ausgefallen: grün rot",
    ]);
    const texts = inputs.map((input) => JSON.parse((input as { Message: string }).Message).default);
    expect(texts).toEqual(["a\nb", "ab"]);
  });

  it("says what was asked where the topic is gone", async () => {
    const { notices } = connectClients(moto);
    await expect(publishNotice(notices, `${topic}-gone`, { subject: "a", message: "b" })).rejects.toThrow(
      /^AWS: the notice could not be sent: .*\(NotFound\w*\)\. What the last update left behind is not/,
    );
  });

  it("tells a chat the same in the form that AWS's service for chats shows, and calls nobody there", async () => {
    const { notices } = connectClients(moto);
    const inputs = answerCalls(notices, {});
    await publishNotice(notices, topic, {
      subject: "production: <!channel> & 25 %",
      message: "What: a.\nNext: b",
      nextSteps: ['npm run rollout -- advance --reason "<why>"'],
    });
    expect(inputs[0]).toMatchObject({ MessageStructure: "json", TopicArn: topic });
    expect(JSON.parse(JSON.parse((inputs[0] as { Message: string }).Message).https)).toEqual({
      version: "1.0",
      source: "custom",
      content: {
        textType: "client-markdown",
        title: "production: &lt;!channel&gt; &amp; 25 %",
        description: "What: a.\nNext: b",
        nextSteps: ['npm run rollout -- advance --reason "&lt;why&gt;"'],
      },
    });
  });
});
