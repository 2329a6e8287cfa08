import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { explained } from "./explain-failure.ts";

/** Tells everyone who is told of alarms. */
export async function publishNotice(
  client: SNSClient,
  topicArn: string,
  subject: string,
  message: string,
): Promise<void> {
  await explained("the notice could not be sent", () =>
    client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject.slice(0, 100), Message: message })),
  );
}
