import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import type { StateMachine } from "@pulumi/aws/sfn/stateMachine.js";
import type { Queue } from "@pulumi/aws/sqs/queue.js";
import * as pulumi from "@pulumi/pulumi";
import { otherColour } from "../../rollout/colour.ts";
import { createServiceRole } from "../iam/service-role.ts";
import { checkInput } from "./machine-input.ts";
import type { RollbackArgs } from "./rollback-args.ts";
import { createUndeliveredQueue } from "./undelivered-queue.ts";

/** Seconds that EventBridge keeps trying to start a rollback. Older, it might hit a candidate that was not meant. */
const alarmEventMaxAgeSeconds = 900;

/** Seconds after which the next check stands in for one that could not be started. */
const checkMaxAgeSeconds = 60;

/** What starts the machine. */
export interface Triggers {
  readonly alarmRule: EventRule;
  /** Events of the alarm that could not start the machine. */
  readonly undelivered: Queue;
  /** Absent where the check is off. */
  readonly checkRule?: EventRule;
}

/** The rule on the candidate's alarm and, where it is on, the check each minute. */
export function createTriggers(
  name: string,
  args: RollbackArgs,
  machine: StateMachine,
  parent: pulumi.Resource,
): Triggers {
  const { role } = createServiceRole(
    `${name}-rollback-start`,
    {
      description: "Lets EventBridge start the rollback's state machine",
      service: "events.amazonaws.com",
      sourceArn: pulumi.interpolate`arn:aws:events:${args.region}:${args.accountId}:rule/*`,
      accountId: args.accountId,
      statements: [{ sid: "StartRollback", actions: ["states:StartExecution"], resources: [machine.arn] }],
      tags: args.tags,
    },
    parent,
  );
  const alarm = createAlarmTrigger(name, args, { machine, roleArn: role.arn }, parent);
  if (!args.automaticCheck) return alarm;
  return { ...alarm, checkRule: createCheckTrigger(name, args, { machine, roleArn: role.arn }, parent) };
}

interface Start {
  readonly machine: StateMachine;
  readonly roleArn: pulumi.Output<string>;
}

function createAlarmTrigger(
  name: string,
  args: RollbackArgs,
  { machine, roleArn }: Start,
  parent: pulumi.Resource,
): Triggers {
  const logicalName = `${name}-candidate-alarm`;
  const tags = { ...args.tags, Name: logicalName };
  const candidate = otherColour(args.liveColour);
  const alarmRule = new EventRule(
    logicalName,
    {
      description: "The candidate's composite alarm goes off: its traffic is returned",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        resources: [args.compositeAlarms[candidate].arn],
        detail: { state: { value: ["ALARM"] } },
      }),
      tags,
    },
    { parent },
  );
  const undelivered = createUndeliveredQueue(logicalName, args, alarmRule, parent);
  new EventTarget(
    logicalName,
    {
      rule: alarmRule.name,
      arn: machine.arn,
      roleArn,
      // The machine acts only where the alarm is the candidate's, which it reads from AWS.
      inputTransformer: {
        inputPaths: { alarmName: "$.detail.alarmName" },
        inputTemplate: '{"alarmName": <alarmName>}',
      },
      retryPolicy: { maximumEventAgeInSeconds: alarmEventMaxAgeSeconds, maximumRetryAttempts: 185 },
      deadLetterConfig: { arn: undelivered.arn },
    },
    { parent },
  );
  return { alarmRule, undelivered };
}

function createCheckTrigger(
  name: string,
  args: RollbackArgs,
  { machine, roleArn }: Start,
  parent: pulumi.Resource,
): EventRule {
  const logicalName = `${name}-rollback-check`;
  const rule = new EventRule(
    logicalName,
    {
      description: "Each minute: no weight stays out over a firing alarm or a set latch",
      scheduleExpression: "rate(1 minute)",
      tags: { ...args.tags, Name: logicalName },
    },
    { parent },
  );
  new EventTarget(
    logicalName,
    {
      rule: rule.name,
      arn: machine.arn,
      roleArn,
      input: JSON.stringify(checkInput),
      retryPolicy: { maximumEventAgeInSeconds: checkMaxAgeSeconds, maximumRetryAttempts: 1 },
    },
    { parent },
  );
  return rule;
}
