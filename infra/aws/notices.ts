import type { SNSClient } from "@aws-sdk/client-sns";
import { plainLine, plainLines } from "../../rollout/plain-text.ts";
import { explained } from "./client.ts";

/** What people are told. */
export interface Notice {
  /** One line. SNS takes less than a hundred characters of it; a longer one is cut. */
  readonly subject: string;
  readonly message: string;
  /** Lines to be copied or done next, for a chat that shows them apart. Default none. */
  readonly nextSteps?: readonly string[];
}

/** SNS takes subjects below a hundred characters, without line breaks and control characters (SNS API Reference, "Publish"). */
const subjectLength = 99;

/**
 * Tells everyone who is told of alarms. A subject that SNS would refuse is cut down to one that it takes.
 *
 * Mail gets the text. AWS's service for chats subscribes by HTTPS, and shows only what it knows: events of AWS's services and
 * custom notifications. So the same message goes there in the form of the latter.
 *
 * @throws {Error} whose message says what AWS answered and what to do
 * @see SNS API Reference, "Publish", MessageStructure; Amazon Q Developer in chat applications administrator guide, "Custom
 *   notifications"
 */
export async function publishNotice(client: SNSClient, topicArn: string, notice: Notice): Promise<void> {
  const { PublishCommand } = await import("@aws-sdk/client-sns");
  const message = { default: plainLines(notice.message), https: JSON.stringify(customNotification(notice)) };
  await explained("the notice could not be sent", () =>
    client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectOf(notice.subject),
        MessageStructure: "json",
        Message: JSON.stringify(message),
      }),
    ),
  );
}

/** A notice as AWS's service for chats takes it. */
function customNotification({ subject, message, nextSteps = [] }: Notice) {
  return {
    version: "1.0",
    source: "custom",
    content: {
      textType: "client-markdown",
      title: chatText(plainLine(subject)),
      description: chatText(plainLines(message)),
      ...(nextSteps.length === 0 ? {} : { nextSteps: nextSteps.map((step) => chatText(plainLine(step))) }),
    },
  };
}

/**
 * Text that a chat shows as it is: in Slack's markdown `<!channel>` would call everybody, and `<...>` is a link.
 *
 * @see Slack API, "Formatting text for app surfaces", Escaping text
 */
function chatText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function subjectOf(text: string): string {
  return [...plainLine(text)].slice(0, subjectLength).join("");
}
