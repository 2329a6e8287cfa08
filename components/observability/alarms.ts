import type { CompositeAlarm } from "@pulumi/aws/cloudwatch/compositeAlarm.js";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What every alarm of a component is created with. */
export interface AlarmScope {
  /** Alarms are named `<name>-<what>`. */
  readonly name: string;
  readonly tags: Tags;
  readonly parent: pulumi.Resource;
  /** Topic that the alarm tells by itself; absent where a composite alarm tells for it. */
  readonly alertTopicArn?: pulumi.Input<string>;
}

/** One CloudWatch metric with the statistic that is taken of it. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  /** A statistic such as `Sum`, `Maximum`, `p95` or `PR(:2)`. */
  readonly statistic: string;
}

/** When an alarm goes off. */
export interface AlarmRule {
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
   * fault. There is no default: silence is not health.
   */
  readonly missingData: "notBreaching" | "breaching";
}

const operators = {
  above: "GreaterThanThreshold",
  "at least": "GreaterThanOrEqualToThreshold",
  below: "LessThanThreshold",
} as const;

/** An alarm on one metric. */
export function createAlarm(scope: AlarmScope, rule: AlarmRule, metric: Metric): MetricAlarm {
  const { statistic, ...identity } = metric;
  return new MetricAlarm(
    `${scope.name}-${rule.what}`,
    { ...commonArgs(scope, rule), ...identity, statistic, period: rule.periodSeconds },
    { parent: scope.parent },
  );
}

/**
 * An alarm on an expression over metrics.
 *
 * @param expression metric math over the ids of `metrics`
 * @param metrics by id: lower case letters first, then letters, digits and `_`
 */
export function createMathAlarm(
  scope: AlarmScope,
  rule: AlarmRule,
  expression: string,
  metrics: Readonly<Record<string, Metric>>,
): MetricAlarm {
  const queries = Object.entries(metrics).map(([id, { statistic, ...identity }]) => ({
    id,
    metric: { ...identity, stat: statistic, period: rule.periodSeconds },
    returnData: false,
  }));
  return new MetricAlarm(
    `${scope.name}-${rule.what}`,
    {
      ...commonArgs(scope, rule),
      metricQueries: [{ id: "result", expression, label: rule.what, returnData: true }, ...queries],
    },
    { parent: scope.parent },
  );
}

/** The physical names of alarms, as CloudWatch is asked for them. */
export function alarmNames(alarms: readonly (MetricAlarm | CompositeAlarm)[]): pulumi.Output<readonly string[]> {
  return pulumi.all(alarms.map((alarm) => ("alarmName" in alarm ? alarm.alarmName : alarm.name)));
}

function commonArgs(scope: AlarmScope, rule: AlarmRule) {
  const { periods = 1, badPeriods = periods } = rule;
  const actions = scope.alertTopicArn === undefined ? undefined : [scope.alertTopicArn];
  return {
    alarmDescription: rule.description,
    comparisonOperator: operators[rule.comparison],
    threshold: rule.threshold,
    evaluationPeriods: periods,
    datapointsToAlarm: badPeriods,
    treatMissingData: rule.missingData,
    ...(actions === undefined ? {} : { alarmActions: actions, okActions: actions }),
    tags: { ...scope.tags, Name: `${scope.name}-${rule.what}` },
  };
}
