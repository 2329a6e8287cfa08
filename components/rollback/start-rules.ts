import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import type { StateMachine } from "@pulumi/aws/sfn/stateMachine.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { otherColour } from "../../rollout/colour.ts";
import { candidateAlarmRule } from "../../rollout/names.ts";
import { checkInput } from "../../rollout/rollback-machine.ts";
import { createServiceRole } from "../iam.ts";
import { child, type Scope } from "../scope.ts";
import type { LimitAlarm } from "./limit-alarms.ts";
import type { RollbackArgs } from "./rollback-args.ts";

/** The rules that start the machine. */
export interface StartRules {
  readonly alarmRule: EventRule;
  /** Events of the alarm that could not start the machine. */
  readonly undelivered: Queue;
  /** Absent where the check is off. */
  readonly checkRule?: EventRule;
}

type StartRulesArgs = RollbackArgs & {
  readonly machine: StateMachine;
  /** The limits at which traffic goes back. */
  readonly returningLimits: readonly LimitAlarm[];
};

/** Creates the rule on the alarms that return traffic and, where it is on, the check each minute. */
export function createStartRules(scope: Scope, args: StartRulesArgs): StartRules {
  const { machine, region, accountId } = args;
  const { role } = createServiceRole(scope, {
    what: "rollback-start",
    description: "Lets EventBridge start the rollback's state machine",
    service: "events.amazonaws.com",
    sourceArn: pulumi.interpolate`arn:aws:events:${region}:${accountId}:rule/*`,
    accountId,
    statements: [{ sid: "StartRollback", actions: ["states:StartExecution"], resources: [machine.arn] }],
  });
  const start = { ...args, roleArn: role.arn };
  return {
    ...createAlarmRule(scope, start),
    checkRule: args.automaticCheck ? createCheckRule(scope, start) : undefined,
  };
}

type StartArgs = StartRulesArgs & { readonly roleArn: pulumi.Output<string> };

/** Seconds that EventBridge keeps trying to start a rollback. An older event might be about an earlier candidate. */
const alarmEventMaxAgeSeconds = 900;

function createAlarmRule(scope: Scope, args: StartArgs): Pick<StartRules, "alarmRule" | "undelivered"> {
  const { logicalName, tags, opts } = child(scope, candidateAlarmRule);
  const candidate = otherColour(args.liveColour);
  const alarmRule = new EventRule(
    logicalName,
    {
      description: "The candidate's composite alarm goes off, or a step reaches its limit: the traffic is returned",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        resources: [args.compositeAlarms[candidate].arn, ...args.returningLimits.map(({ alarm }) => alarm.arn)],
        detail: { state: { value: ["ALARM"] } },
      }),
      tags,
    },
    opts,
  );
  const undelivered = createUndeliveredQueue(scope, { rule: alarmRule });
  new EventTarget(
    logicalName,
    {
      rule: alarmRule.name,
      arn: args.machine.arn,
      roleArn: args.roleArn,
      // The machine reads the rules from AWS, and acts only where the alarm is the candidate's or the standing step's.
      inputTransformer: {
        inputPaths: { alarmName: "$.detail.alarmName" },
        inputTemplate: '{"alarmName": <alarmName>}',
      },
      retryPolicy: { maximumEventAgeInSeconds: alarmEventMaxAgeSeconds, maximumRetryAttempts: 185 },
      deadLetterConfig: { arn: undelivered.arn },
    },
    opts,
  );
  return { alarmRule, undelivered };
}

/** Seconds that an event waits for somebody to look at it, the most that SQS allows. */
const undeliveredRetentionSeconds = 14 * 86_400;

/** Creates the queue of events that EventBridge could not deliver. No program reads it. An alarm watches that it is empty. */
function createUndeliveredQueue(scope: Scope, { rule }: { readonly rule: EventRule }): Queue {
  const { logicalName, tags, opts } = child(scope, "candidate-alarm-undelivered");
  const queue = new Queue(
    logicalName,
    { sqsManagedSseEnabled: true, messageRetentionSeconds: undeliveredRetentionSeconds, tags },
    opts,
  );
  new QueuePolicy(
    logicalName,
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
    opts,
  );
  return queue;
}

/** Seconds after which the next check replaces one that could not be started. */
const checkMaxAgeSeconds = 60;

function createCheckRule(scope: Scope, { machine, roleArn }: StartArgs): EventRule {
  const { logicalName, tags, opts } = child(scope, "rollback-check");
  const rule = new EventRule(
    logicalName,
    {
      description: "Each minute: no weight stays out over a firing alarm or a set latch",
      scheduleExpression: "rate(1 minute)",
      tags,
    },
    opts,
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
    opts,
  );
  return rule;
}
