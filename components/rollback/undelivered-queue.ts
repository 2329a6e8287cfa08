import type { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** Seconds that an event waits for somebody to look at it: what SQS allows at most. */
const retentionSeconds = 14 * 86_400;

/** Holds the events of a rule that EventBridge could not deliver. Nobody reads it by program; an alarm watches that it is empty. */
export function createUndeliveredQueue(
  logicalName: string,
  args: { tags: Tags },
  rule: EventRule,
  parent: pulumi.Resource,
): Queue {
  const queue = new Queue(
    `${logicalName}-undelivered`,
    {
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: retentionSeconds,
      tags: { ...args.tags, Name: `${logicalName}-undelivered` },
    },
    { parent },
  );
  new QueuePolicy(
    `${logicalName}-undelivered`,
    {
      queueUrl: queue.url,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "KeepUndelivered",
            Effect: "Allow",
            Action: "sqs:SendMessage",
            Principal: { Service: "events.amazonaws.com" },
            Resource: queue.arn,
            Condition: { ArnEquals: { "aws:SourceArn": rule.arn } },
          },
        ],
      }),
    },
    { parent },
  );
  return queue;
}
