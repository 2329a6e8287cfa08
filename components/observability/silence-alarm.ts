import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { type AlarmScope, createMathAlarm } from "./alarms.ts";
import { balancerMetric, targetGroupMetric, trafficWeightMetric } from "./balancer-metrics.ts";
import type { ColourAlarmsArgs } from "./colour-alarm-args.ts";

/** Seconds over which silence is judged. */
const windowSeconds = 3600;

/**
 * Requests that a colour must have been due before none at all means a fault. Where 10 are expected, none arrive by
 * chance once in 22,000 hours (e to the -10).
 */
const expectedRequests = 10;

/** Minutes of the hour whose weight must be known; fewer, and the lowest weight of the hour is a guess. */
const knownMinutes = 50;

/**
 * No traffic although weighted: a colour that receives nothing reports no errors either.
 *
 * What it should have received follows from the load balancer's requests and the lowest weight of the hour, so that a
 * weight raised a minute ago accuses nobody. That it received none is read from the other colour having had all of them,
 * because a target group without requests reports nothing that could be compared.
 */
export function createSilenceAlarm(scope: AlarmScope, args: ColourAlarmsArgs): MetricAlarm {
  const { loadBalancerArnSuffix, metricNamespace, targetGroupArnSuffix, otherTargetGroupArnSuffix } = args;
  const other = { loadBalancerArnSuffix, targetGroupArnSuffix: otherTargetGroupArnSuffix };
  return createMathAlarm(
    scope,
    {
      what: "no-traffic",
      description: `The colour has a weight and received no request in an hour in which at least ${expectedRequests} were due.`,
      comparison: "at least",
      threshold: 1,
      periodSeconds: windowSeconds,
      // Missing are: the weight where the check is off, or all requests in a quiet hour. Neither accuses the colour.
      missingData: "notBreaching",
    },
    `IF(known >= ${knownMinutes} AND lowest / 100 * total >= ${expectedRequests} AND total - others < 1, 1, 0)`,
    {
      known: trafficWeightMetric(metricNamespace, targetGroupArnSuffix, "SampleCount"),
      lowest: trafficWeightMetric(metricNamespace, targetGroupArnSuffix, "Minimum"),
      total: balancerMetric(loadBalancerArnSuffix, "RequestCount", "Sum"),
      others: targetGroupMetric(other, "RequestCount", "Sum"),
    },
  );
}
