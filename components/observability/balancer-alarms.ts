import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { type AlarmScope, createAlarm } from "./alarms.ts";
import { balancerMetric } from "./balancer-metrics.ts";
import type { SharedAlarmsArgs } from "./shared-alarms-args.ts";

/** Alarms on the load balancer's own failures, which count for no colour. */
export function createBalancerAlarms(
  scope: AlarmScope,
  { loadBalancerArnSuffix, minimumErrors }: SharedAlarmsArgs,
): readonly MetricAlarm[] {
  // Each of these is reported only where it is not zero.
  const reportedWhenBad = { missingData: "notBreaching", periodSeconds: 300, comparison: "at least" } as const;
  return [
    createAlarm(
      scope,
      {
        ...reportedWhenBad,
        what: "balancer-5xx",
        description: `The load balancer itself answered ${minimumErrors} requests or more with 5xx in 5 minutes: no healthy task, a task that hung up, or none that answered in time.`,
        threshold: minimumErrors,
      },
      balancerMetric(loadBalancerArnSuffix, "HTTPCode_ELB_5XX_Count", "Sum"),
    ),
    createAlarm(
      scope,
      {
        ...reportedWhenBad,
        what: "balancer-rejected-connections",
        description: "The load balancer rejected connections, having reached its maximum.",
        threshold: 1,
      },
      balancerMetric(loadBalancerArnSuffix, "RejectedConnectionCount", "Sum"),
    ),
  ];
}
