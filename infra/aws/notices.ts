import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { explained } from "./explain-failure.ts";

/** What SNS refuses in a subject: line breaks and control characters, and a hundred characters (SNS API Reference, "Publish"). */
const refused = /\p{Cc}+/gu;
const subjectLength = 99;

/** Tells everyone who is told of alarms. A subject that SNS would refuse is cut down to one that it takes. */
export async function publishNotice(
  client: SNSClient,
  topicArn: string,
  subject: string,
  message: string,
): Promise<void> {
  await explained("the notice could not be sent", () =>
    client.send(new PublishCommand({ TopicArn: topicArn, Subject: subjectOf(subject), Message: message })),
  );
}

function subjectOf(text: string): string {
  return text.replace(refused, " ").trim().slice(0, subjectLength);
}
