import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { StateMachine } from "@pulumi/aws/sfn/stateMachine.js";
import type { Metric } from "../observability/metrics.ts";
import { child, type Scope } from "../scope.ts";
import type { RollbackArgs } from "./rollback-args.ts";
import type { StartRules } from "./start-rules.ts";

type MachineAlarmArgs = RollbackArgs & { readonly machine: StateMachine; readonly startRules: StartRules };

/**
 * Creates the alarms on the rollback itself. If it stopped working, nobody would notice until it is needed.
 *
 * @returns all of them. While one of them is firing nobody may take a step
 */
export function createMachineAlarms(scope: Scope, args: MachineAlarmArgs): readonly MetricAlarm[] {
  const onFailure = failures(args).map((failure) => createFailureAlarm(scope, { ...args, failure }));
  return args.startRules.checkRule === undefined ? onFailure : [...onFailure, createAsleepAlarm(scope, args)];
}

/** A count that must stay at zero. */
interface Failure extends Metric {
  /** Last part of the alarm's logical name. */
  readonly what: string;
  readonly description: string;
}

function failures({
  machine,
  startRules: { alarmRule, checkRule, undelivered },
}: MachineAlarmArgs): readonly Failure[] {
  const ofMachine = (what: string, metricName: string, description: string): Failure => ({
    what,
    description,
    namespace: "AWS/States",
    metricName,
    dimensions: { StateMachineArn: machine.arn },
    statistic: "Sum",
  });
  const ofRule = (what: string, rule: StartRules["alarmRule"], subject: string): Failure => ({
    what,
    description: `${subject} could not be started by EventBridge. Start it by hand, or run the rollback command.`,
    namespace: "AWS/Events",
    metricName: "FailedInvocations",
    dimensions: { RuleName: rule.name },
    statistic: "Sum",
  });
  return [
    ofMachine("failed", "ExecutionsFailed", "A rollback or a check failed. The execution's history names the call."),
    ofMachine("timed-out", "ExecutionsTimedOut", "A rollback or a check did not end in time."),
    ofMachine("aborted", "ExecutionsAborted", "Somebody stopped a rollback or a check."),
    ofRule("not-started", alarmRule, "A rollback"),
    ...(checkRule === undefined ? [] : [ofRule("check-not-started", checkRule, "A check")]),
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

function createFailureAlarm(scope: Scope, args: MachineAlarmArgs & { readonly failure: Failure }): MetricAlarm {
  const { what, description, ...metric } = args.failure;
  const { logicalName, tags, opts } = child(scope, `rollback-${what}`);
  return new MetricAlarm(
    logicalName,
    {
      ...metric,
      alarmDescription: description,
      period: 60,
      evaluationPeriods: 1,
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      // These counts are published only when something failed.
      treatMissingData: "notBreaching",
      alarmActions: [args.alertTopicArn],
      tags,
    },
    opts,
  );
}

function createAsleepAlarm(scope: Scope, { machine, alertTopicArn }: MachineAlarmArgs): MetricAlarm {
  const { logicalName, tags, opts } = child(scope, "rollback-asleep");
  return new MetricAlarm(
    logicalName,
    {
      alarmDescription: "No check has succeeded for ten minutes. Nothing watches over the weight; take no step.",
      namespace: "AWS/States",
      metricName: "ExecutionsSucceeded",
      dimensions: { StateMachineArn: machine.arn },
      statistic: "Sum",
      period: 60,
      // CloudWatch looks past missing minutes for known ones, two further back: ten minutes in all.
      evaluationPeriods: 8,
      threshold: 1,
      comparisonOperator: "LessThanThreshold",
      // Without any execution there is no data, and that is the fault.
      treatMissingData: "breaching",
      alarmActions: [alertTopicArn],
      okActions: [alertTopicArn],
      tags,
    },
    opts,
  );
}
