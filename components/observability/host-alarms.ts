import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type * as pulumi from "@pulumi/pulumi";
import { weightedAlarm } from "../../rollout/names.ts";
import { dueRequests } from "../../rollout/rollback-test/quiet-traffic.ts";
import type { Scope } from "../scope.ts";
import { createAlarm, createMathAlarm } from "./alarms.ts";
import { balancerMetric, type TargetGroupDimensions, targetGroupMetric, trafficWeightMetric } from "./metrics.ts";

/** Which target group is watched, and where its weight is published. */
export interface HostAlarmArgs extends TargetGroupDimensions {
  /** Namespace of the `TrafficWeight` metric. */
  readonly metricNamespace: string;
}

/** Alarms on a colour's tasks, as the load balancer's health checks see them. */
export interface HostAlarms {
  readonly unhealthy: MetricAlarm;
  /** Also in ALARM for a colour without tasks, where it means nothing. So it counts only together with `weighted`. */
  readonly noneHealthy: MetricAlarm;
  /** Whether the colour has public traffic. It is an indicator, in ALARM for as long as the colour has traffic. */
  readonly weighted: MetricAlarm;
}

/** Creates the alarms on unhealthy tasks and on no healthy task, and the indicator of public traffic. */
export function createHostAlarms(scope: Scope, args: HostAlarmArgs): HostAlarms {
  const minute = { periodSeconds: 60, threshold: 1 } as const;
  return {
    unhealthy: createAlarm(scope, {
      ...minute,
      what: "unhealthy-hosts",
      description: "A task has failed its health checks for 3 of the last 5 minutes.",
      comparison: "at least",
      periods: 5,
      badPeriods: 3,
      // Nothing is reported for a colour without tasks. If it has traffic, none-healthy goes off.
      missingData: "notBreaching",
      metric: targetGroupMetric(args, "UnHealthyHostCount", "Maximum"),
    }),
    noneHealthy: createAlarm(scope, {
      ...minute,
      what: "none-healthy",
      description: "No task is healthy for 3 min. Counts only while the colour has public traffic.",
      comparison: "below",
      periods: 3,
      // A target group without registered tasks reports nothing, and that is the worst case. CloudWatch looks past missing
      // minutes for known ones, two further back, so that then it takes 5 to 6 min.
      missingData: "breaching",
      metric: targetGroupMetric(args, "HealthyHostCount", "Maximum"),
    }),
    weighted: createAlarm(scope, {
      ...minute,
      what: weightedAlarm,
      description: "The colour has public traffic. No fault, only a part of the composite alarm.",
      comparison: "at least",
      // The check reports the weight each minute. Where it is off nobody knows the weight, and nothing is concluded.
      missingData: "notBreaching",
      metric: trafficWeightMetric(args.metricNamespace, args.targetGroupArnSuffix, "Maximum"),
    }),
  };
}

/** Share of a window's minutes whose weight must be known. With fewer, the lowest weight of the window is a guess. */
const knownShare = 5 / 6;

/** The watched target group, and the other colour's. */
export interface SilenceAlarmArgs extends HostAlarmArgs {
  /** `targetgroup/<name>/<id>` of the other colour. Its requests show what this one should have received. */
  readonly otherTargetGroupArnSuffix: pulumi.Input<string>;
  /** Hours of the long window. 1: there is none. */
  readonly quietWindowHours: number;
}

/**
 * Creates the alarms on a colour that has a weight and no traffic, over an hour, and over as many hours as the first step of a
 * quiet stage needs. A colour that receives nothing reports no errors either.
 *
 * What the colour should have received follows from the load balancer's requests and the lowest weight of the window, so that
 * a weight raised a minute ago accuses nobody. A target group without requests reports nothing that could be compared. So
 * the alarm checks whether the other colour had all requests.
 */
export function createSilenceAlarms(scope: Scope, args: SilenceAlarmArgs): readonly MetricAlarm[] {
  const { quietWindowHours } = args;
  const hourly = createSilenceAlarm(scope, { ...args, what: "no-traffic", hours: 1 });
  if (quietWindowHours === 1) return [hourly];
  return [
    hourly,
    createSilenceAlarm(scope, { ...args, what: `no-traffic-${quietWindowHours}h`, hours: quietWindowHours }),
  ];
}

function createSilenceAlarm(
  scope: Scope,
  args: SilenceAlarmArgs & { readonly what: string; readonly hours: number },
): MetricAlarm {
  const { loadBalancerArnSuffix, metricNamespace, targetGroupArnSuffix, otherTargetGroupArnSuffix, what, hours } = args;
  const other = { loadBalancerArnSuffix, targetGroupArnSuffix: otherTargetGroupArnSuffix };
  const known = Math.round(60 * hours * knownShare);
  return createMathAlarm(scope, {
    what,
    description: `The colour has a weight and received no request in ${hours} h in which at least ${dueRequests} were due.`,
    comparison: "at least",
    threshold: 1,
    periodSeconds: 3600 * hours,
    // The weight is missing where the check is off, and all requests are in a quiet window. Neither accuses the colour.
    missingData: "notBreaching",
    expression: `IF(known >= ${known} AND lowest / 100 * total >= ${dueRequests} AND total - others < 1, 1, 0)`,
    metrics: {
      known: trafficWeightMetric(metricNamespace, targetGroupArnSuffix, "SampleCount"),
      lowest: trafficWeightMetric(metricNamespace, targetGroupArnSuffix, "Minimum"),
      total: balancerMetric(loadBalancerArnSuffix, "RequestCount", "Sum"),
      others: targetGroupMetric(other, "RequestCount", "Sum"),
    },
  });
}
