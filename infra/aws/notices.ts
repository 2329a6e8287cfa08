import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { plainLine, plainLines } from "../../rollout/plain-text.ts";
import { explained } from "./explain-failure.ts";

/** SNS takes subjects below a hundred characters, without line breaks and control characters (SNS API Reference, "Publish"). */
const subjectLength = 99;

/** Tells everyone who is told of alarms. A subject that SNS would refuse is cut down to one that it takes. */
export async function publishNotice(
  client: SNSClient,
  topicArn: string,
  subject: string,
  message: string,
): Promise<void> {
  await explained("the notice could not be sent", () =>
    client.send(new PublishCommand({ TopicArn: topicArn, Subject: subjectOf(subject), Message: plainLines(message) })),
  );
}

function subjectOf(text: string): string {
  return [...plainLine(text)].slice(0, subjectLength).join("");
}
