import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { type AlarmScope, createAlarm, type Metric } from "./alarms.ts";
import { type TargetGroupReference, targetGroupMetric } from "./balancer-metrics.ts";

/** Alarms on a colour's tasks, as the load balancer's health checks see them. */
export interface HostAlarms {
  readonly unhealthy: MetricAlarm;
  /** In ALARM for a colour without tasks too, where it means nothing: it counts only together with `weighted`. */
  readonly noneHealthy: MetricAlarm;
  /** Whether the colour has public traffic: an indicator, in ALARM all the time that it has. */
  readonly weighted: MetricAlarm;
}

/** Creates the alarms on unhealthy tasks, on no healthy task, and the indicator of public traffic. */
export function createHostAlarms(scope: AlarmScope, group: TargetGroupReference, weight: Metric): HostAlarms {
  const minute = { periodSeconds: 60, threshold: 1 } as const;
  return {
    unhealthy: createAlarm(
      scope,
      {
        ...minute,
        what: "unhealthy-hosts",
        description: "A task has failed its health checks for 3 of the last 5 minutes.",
        comparison: "at least",
        periods: 5,
        badPeriods: 3,
        // Nothing is reported for a colour without tasks; with traffic on it, none-healthy speaks.
        missingData: "notBreaching",
      },
      targetGroupMetric(group, "UnHealthyHostCount", "Maximum"),
    ),
    noneHealthy: createAlarm(
      scope,
      {
        ...minute,
        what: "none-healthy",
        description: "No task is healthy. Counts only while the colour has public traffic.",
        comparison: "below",
        periods: 3,
        // A target group without registered tasks reports nothing: that is the worst case and not the good one.
        missingData: "breaching",
      },
      targetGroupMetric(group, "HealthyHostCount", "Maximum"),
    ),
    weighted: createAlarm(
      scope,
      {
        ...minute,
        what: "weighted",
        description: "The colour has public traffic. No fault, only a part of the composite alarm.",
        comparison: "at least",
        // The check reports the weight each minute; where it is switched off nobody knows, and nothing is concluded.
        missingData: "notBreaching",
      },
      weight,
    ),
  };
}
