import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { type LimitedStep, limitedSteps } from "../../rollout/rollback-machine.ts";
import { formatDuration } from "../../rollout/time.ts";
import { createMathAlarm } from "../observability/alarms.ts";
import { candidateWeightMetric } from "../observability/metrics.ts";
import type { Scope } from "../scope.ts";
import type { RollbackArgs } from "./rollback-args.ts";

/** A step that has a limit, and the alarm that goes off where the candidate has stayed there as long. */
export interface LimitAlarm {
  readonly step: LimitedStep;
  readonly alarm: MetricAlarm;
}

/** Seconds of a period. CloudWatch looks back seven days where a period has an hour or more, and one day otherwise. */
const periodSeconds = 3600;

/**
 * Creates an alarm for each step with a limit: the candidate's weight was exactly the step's in every one of the limit's last
 * hours. So nothing depends on which weight stands, and a step changes none of them. A promote changes none either, because
 * the metric is the candidate's weight, whichever colour that is.
 *
 * A step that is left and taken again counts anew: the hour in which it was left has another weight in it. CloudWatch
 * evaluates an alarm that looks back more than a day once an hour, on whole hours. So it goes off up to two hours after the
 * limit, and stays in ALARM for up to an hour after the step is left: whoever acts on it asks for the weight as well.
 *
 * @see CloudWatch API Reference, "PutMetricAlarm", Period; CloudWatch User Guide, "Alarm evaluation"
 */
export function createLimitAlarms(
  scope: Scope,
  { steps, onLimit, metricNamespace, alertTopicArn }: RollbackArgs,
): readonly LimitAlarm[] {
  const then = onLimit === "rollback" ? "The traffic is being returned." : "Nothing moves by itself.";
  return limitedSteps(steps).map((step) => ({
    step,
    alarm: createMathAlarm(scope, {
      what: `limit-${step.weightPercent}`,
      description: `The candidate has had ${step.weightPercent} % of the public traffic for ${formatDuration(step.limitSeconds)}, the limit of the step. ${then} Decide: go on, or roll back (docs/runbook.md, A step reaches its limit).`,
      comparison: "at least",
      threshold: 1,
      periodSeconds,
      periods: step.limitSeconds / periodSeconds,
      // CloudWatch looks past hours without data for known ones. Where it finds too few, the weight is not known to have
      // stayed: the alarm waits. A check that does not run has an alarm of its own.
      missingData: "notBreaching",
      alertTopicArn,
      expression: `IF(lowest == ${step.weightPercent} AND highest == ${step.weightPercent}, 1, 0)`,
      metrics: {
        lowest: candidateWeightMetric(metricNamespace, "Minimum"),
        highest: candidateWeightMetric(metricNamespace, "Maximum"),
      },
    }),
  }));
}
