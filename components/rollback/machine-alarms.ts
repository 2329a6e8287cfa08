import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { StateMachine } from "@pulumi/aws/sfn/stateMachine.js";
import type * as pulumi from "@pulumi/pulumi";
import type { RollbackArgs } from "./rollback-args.ts";
import type { Triggers } from "./triggers.ts";

/** One count of which a single one is too many. */
interface Failure {
  readonly what: string;
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: "Sum" | "Maximum";
}

/**
 * Alarms on the rollback itself: a watchman that fell asleep must not look like a quiet night.
 *
 * @returns all of them; each means that nobody may take a step
 */
export function createMachineAlarms(
  name: string,
  args: Pick<RollbackArgs, "alertTopicArn" | "tags">,
  { machine, triggers }: { machine: StateMachine; triggers: Triggers },
  parent: pulumi.Resource,
): readonly MetricAlarm[] {
  const onFailure = failures(machine, triggers).map(({ what, description, ...metric }) => {
    const logicalName = `${name}-rollback-${what}`;
    return new MetricAlarm(
      logicalName,
      {
        ...metric,
        alarmDescription: description,
        period: 60,
        evaluationPeriods: 1,
        threshold: 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        // These counts are published when something failed; their absence is the good case.
        treatMissingData: "notBreaching",
        alarmActions: [args.alertTopicArn],
        tags: { ...args.tags, Name: logicalName },
      },
      { parent },
    );
  });
  if (triggers.checkRule === undefined) return onFailure;
  return [...onFailure, createAsleepAlarm(name, args, machine, parent)];
}

function failures(machine: StateMachine, { alarmRule, checkRule, undelivered }: Triggers): readonly Failure[] {
  const ofMachine = {
    namespace: "AWS/States",
    dimensions: { StateMachineArn: machine.arn },
    statistic: "Sum",
  } as const;
  const rules = [
    { what: "not-started", rule: alarmRule, subject: "A rollback" },
    ...(checkRule === undefined ? [] : [{ what: "check-not-started", rule: checkRule, subject: "A check" }]),
  ];
  return [
    {
      what: "failed",
      description: "A rollback or a check failed. The execution's history names the call.",
      metricName: "ExecutionsFailed",
      ...ofMachine,
    },
    {
      what: "timed-out",
      description: "A rollback or a check did not end in time.",
      metricName: "ExecutionsTimedOut",
      ...ofMachine,
    },
    {
      what: "aborted",
      description: "Somebody stopped a rollback or a check.",
      metricName: "ExecutionsAborted",
      ...ofMachine,
    },
    ...rules.map(
      ({ what, rule, subject }): Failure => ({
        what,
        description: `${subject} could not be started by EventBridge. Start it by hand, or run the rollback command.`,
        namespace: "AWS/Events",
        metricName: "FailedInvocations",
        dimensions: { RuleName: rule.name },
        statistic: "Sum",
      }),
    ),
    {
      what: "undelivered",
      description:
        "An alarm of the candidate did not reach the rollback; the queue holds the event. Run the rollback command.",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: undelivered.name },
      statistic: "Maximum",
    },
  ];
}

function createAsleepAlarm(
  name: string,
  args: Pick<RollbackArgs, "alertTopicArn" | "tags">,
  machine: StateMachine,
  parent: pulumi.Resource,
): MetricAlarm {
  const logicalName = `${name}-rollback-asleep`;
  return new MetricAlarm(
    logicalName,
    {
      alarmDescription: "No check has succeeded for ten minutes. Nothing watches over the weight; take no step.",
      namespace: "AWS/States",
      metricName: "ExecutionsSucceeded",
      dimensions: { StateMachineArn: machine.arn },
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 2,
      threshold: 1,
      comparisonOperator: "LessThanThreshold",
      // No executions at all is what this alarm is for.
      treatMissingData: "breaching",
      alarmActions: [args.alertTopicArn],
      okActions: [args.alertTopicArn],
      tags: { ...args.tags, Name: logicalName },
    },
    { parent },
  );
}
