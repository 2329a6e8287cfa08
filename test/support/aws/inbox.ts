import { SubscribeCommand } from "@aws-sdk/client-sns";
import type { AwsClients } from "./aws-clients.ts";
import { callJsonApi } from "./call-json-api.ts";

/** A queue that messages are read from. */
export interface Inbox {
  readonly arn: string;
  /** Bodies of the messages that came since the last call, in order. */
  read(): Promise<readonly string[]>;
}

/** Creates an empty queue. */
export async function openInbox({ endpoint }: Pick<AwsClients, "endpoint">, name: string): Promise<Inbox> {
  const ask = (action: string, body: Record<string, unknown>) =>
    callJsonApi(endpoint, { service: "sqs", target: `AmazonSQS.${action}`, body });
  const { QueueUrl } = await ask("CreateQueue", { QueueName: name });
  const { Attributes } = await ask("GetQueueAttributes", { QueueUrl, AttributeNames: ["QueueArn"] });
  return {
    arn: (Attributes as { QueueArn: string }).QueueArn,
    async read() {
      const { Messages = [] } = await ask("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
      const messages = Messages as { Body: string; ReceiptHandle: string }[];
      for (const { ReceiptHandle } of messages) await ask("DeleteMessage", { QueueUrl, ReceiptHandle });
      return messages.map(({ Body }) => Body);
    },
  };
}

/** A notice as it reached a subscriber. */
export interface ReceivedNotice {
  readonly subject: string;
  readonly message: string;
}

/** Subscribes a new queue to a topic. @returns reads the notices that came since the last call */
export async function subscribeNotices(
  clients: AwsClients,
  topicArn: string,
): Promise<() => Promise<readonly ReceivedNotice[]>> {
  const inbox = await openInbox(clients, topicArn.split(":").at(-1) ?? "inbox");
  await clients.notices.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint: inbox.arn }));
  return async () =>
    (await inbox.read()).map((body) => {
      const { Subject, Message } = JSON.parse(body);
      return { subject: String(Subject), message: String(Message) };
    });
}

/** The same. @returns reads the subjects alone */
export async function subscribeInbox(clients: AwsClients, topicArn: string): Promise<() => Promise<readonly string[]>> {
  const read = await subscribeNotices(clients, topicArn);
  return async () => (await read()).map(({ subject }) => subject);
}
