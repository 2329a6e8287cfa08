import type { SESv2Client } from "@aws-sdk/client-sesv2";
import { plainLine } from "../../rollout/plain-text.ts";
import { explained } from "./client.ts";

/** A mail to one address. */
export interface OutgoingMail {
  /** An address of an identity that SES has verified. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Sends a mail as text and as HTML, under the rules of the sender's identity.
 *
 * @returns the id that SES gave it once it had accepted it
 * @throws {Error} whose message says what AWS answered and what to do
 * @see Amazon SES API v2 Reference, SendEmail
 */
export async function sendMail(client: SESv2Client, { from, to, subject, text, html }: OutgoingMail): Promise<string> {
  const { SendEmailCommand } = await import("@aws-sdk/client-sesv2");
  const content = (Data: string) => ({ Data, Charset: "UTF-8" });
  const asked = `the mail to ${to} could not be sent`;
  const { MessageId } = await explained(asked, () =>
    client.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: { Subject: content(plainLine(subject)), Body: { Text: content(text), Html: content(html) } },
        },
      }),
    ),
  );
  if (MessageId === undefined) throw new Error(`AWS: ${asked}: SES gave it no id. Run the command again.`);
  return MessageId;
}
