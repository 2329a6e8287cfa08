import { CompositeAlarm } from "@pulumi/aws/cloudwatch/compositeAlarm.js";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope } from "../scope.ts";
import type { Metric } from "./metrics.ts";

/** When an alarm goes off, and whom it tells. */
export interface AlarmSettings {
  /** Last part of the alarm's logical name. */
  readonly what: string;
  /** What it means and what to do, as the mail says it. */
  readonly description: string;
  readonly comparison: "above" | "at least" | "below";
  readonly threshold: number;
  /** Seconds that one value is taken over: whole minutes. */
  readonly periodSeconds: number;
  /** Values that are looked at. Default 1. */
  readonly periods?: number;
  /** Of those, how many must be bad. Default: all. */
  readonly badPeriods?: number;
  /**
   * What no data means. `notBreaching` where nothing is reported when nothing is wrong, `breaching` where silence is the
   * fault, `ignore` where the next value comes hours later and the state stands until then. There is no default, because missing
   * data does not mean health.
   */
  readonly missingData: "notBreaching" | "breaching" | "ignore";
  /** Topic that the alarm tells itself. Absent: a composite alarm tells for it. */
  readonly alertTopicArn?: pulumi.Input<string>;
}

/** Creates an alarm on one metric. */
export function createAlarm(scope: Scope, args: AlarmSettings & { readonly metric: Metric }): MetricAlarm {
  const { logicalName, opts } = child(scope, args.what);
  return new MetricAlarm(
    logicalName,
    { ...commonInputs(scope, args), ...args.metric, period: args.periodSeconds },
    opts,
  );
}

/** An expression over metrics. */
export interface MetricMath {
  /** Metric math over the ids of `metrics`. */
  readonly expression: string;
  /** Metrics by id: lower case letters first, then letters, digits and `_`. */
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** Creates an alarm on an expression over metrics. */
export function createMathAlarm(scope: Scope, args: AlarmSettings & MetricMath): MetricAlarm {
  const { logicalName, opts } = child(scope, args.what);
  const queries = Object.entries(args.metrics).map(([id, { statistic, ...identity }]) => ({
    id,
    metric: { ...identity, stat: statistic, period: args.periodSeconds },
    returnData: false,
  }));
  return new MetricAlarm(
    logicalName,
    {
      ...commonInputs(scope, args),
      metricQueries: [{ id: "result", expression: args.expression, label: args.what, returnData: true }, ...queries],
    },
    opts,
  );
}

const operators = {
  above: "GreaterThanThreshold",
  "at least": "GreaterThanOrEqualToThreshold",
  below: "LessThanThreshold",
} as const;

function commonInputs(scope: Scope, args: AlarmSettings) {
  const { periods = 1, badPeriods = periods, alertTopicArn } = args;
  const actions = alertTopicArn === undefined ? undefined : [alertTopicArn];
  return {
    alarmDescription: args.description,
    comparisonOperator: operators[args.comparison],
    threshold: args.threshold,
    evaluationPeriods: periods,
    datapointsToAlarm: badPeriods,
    treatMissingData: args.missingData,
    alarmActions: actions,
    okActions: actions,
    tags: child(scope, args.what).tags,
  };
}

/** What a composite alarm is made from. */
export interface CompositeAlarmArgs {
  /** Last part of the logical name. The alarm has the logical name as its name. */
  readonly what: string;
  /** What it means and what to do, as the mail says it. */
  readonly description: string;
  /** Conditions as {@link isFiring} writes them, joined by `AND` and `OR`. */
  readonly alarmRule: pulumi.Output<string>;
  readonly alertTopicArn: pulumi.Input<string>;
}

/** Creates an alarm on other alarms. */
export function createCompositeAlarm(scope: Scope, args: CompositeAlarmArgs): CompositeAlarm {
  const { logicalName, tags, opts } = child(scope, args.what);
  return new CompositeAlarm(
    logicalName,
    {
      alarmName: logicalName,
      alarmDescription: args.description,
      alarmRule: args.alarmRule,
      alarmActions: [args.alertTopicArn],
      okActions: [args.alertTopicArn],
      tags,
    },
    opts,
  );
}

/** The condition of a composite alarm that holds while this alarm is in ALARM. */
export function isFiring(alarm: MetricAlarm): pulumi.Output<string> {
  return pulumi.interpolate`ALARM("${alarm.name}")`;
}

/** The names of alarms, as CloudWatch is asked for them. */
export function alarmNames(alarms: readonly (MetricAlarm | CompositeAlarm)[]): pulumi.Output<readonly string[]> {
  return pulumi.all(alarms.map((alarm) => ("alarmName" in alarm ? alarm.alarmName : alarm.name)));
}
