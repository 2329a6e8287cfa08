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

/** Subscribes a new queue to a topic. @returns reads the subjects of the notices that came since the last call */
export async function subscribeInbox(clients: AwsClients, topicArn: string): Promise<() => Promise<readonly string[]>> {
  const inbox = await openInbox(clients, topicArn.split(":").at(-1) ?? "inbox");
  await clients.notices.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint: inbox.arn }));
  return async () => (await inbox.read()).map((body) => String(JSON.parse(body).Subject));
}
