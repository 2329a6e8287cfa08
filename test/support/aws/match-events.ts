import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import type { AwsEvent } from "./alarm-event.ts";
import type { AwsClients } from "./aws-clients.ts";
import { openInbox } from "./inbox.ts";

/**
 * Which of some events a pattern lets through. moto has no TestEventPattern: the events are sent over a bus of their own,
 * on which a rule of this pattern leads to a queue.
 */
export async function matchEvents(
  clients: AwsClients,
  pattern: string,
  events: readonly AwsEvent[],
): Promise<readonly AwsEvent[]> {
  const bus = "pattern-test";
  const inbox = await openInbox(clients, bus);
  await clients.events.send(new CreateEventBusCommand({ Name: bus }));
  await clients.events.send(new PutRuleCommand({ Name: bus, EventBusName: bus, EventPattern: pattern }));
  await clients.events.send(
    new PutTargetsCommand({ Rule: bus, EventBusName: bus, Targets: [{ Id: "queue", Arn: inbox.arn }] }),
  );
  const matching: AwsEvent[] = [];
  for (const event of events) {
    await clients.events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: bus,
            Source: event.source,
            DetailType: event["detail-type"],
            Resources: [...event.resources],
            Detail: JSON.stringify(event.detail),
          },
        ],
      }),
    );
    if ((await inbox.read()).length > 0) matching.push(event);
  }
  return matching;
}
