import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientOptions, explained } from "./client.ts";

/** Somebody who is told of alarms. */
export interface Subscription {
  /** Such as an e-mail address. */
  readonly endpoint: string;
  /** A subscription by e-mail tells nobody anything until its owner has confirmed it. */
  readonly isConfirmed: boolean;
}

/** Reads who is subscribed to a topic, by one call for each 100. @see Amazon SNS API Reference, ListSubscriptionsByTopic */
export async function readSubscriptions(region: string, topicArn: string): Promise<readonly Subscription[]> {
  const client = new SNSClient(clientOptions(region));
  const found: Subscription[] = [];
  let NextToken: string | undefined;
  do {
    const token = NextToken;
    const page = await explained("the subscriptions of the alarms' topic could not be read", () =>
      client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, NextToken: token })),
    );
    for (const { Endpoint = "unknown", SubscriptionArn } of page.Subscriptions ?? []) {
      found.push({ endpoint: Endpoint, isConfirmed: SubscriptionArn !== "PendingConfirmation" });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
