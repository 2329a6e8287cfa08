import type { CompositeAlarm } from "@pulumi/aws/cloudwatch/compositeAlarm.js";
import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope.ts";
import { createAlarm, createCompositeAlarm, createMathAlarm, isFiring } from "./alarms.ts";
import { balancerMetric } from "./metrics.ts";

/** Which load balancer is watched, and from when on. */
export interface BalancerAlarmArgs {
  /** `app/<name>/<id>` of the load balancer. */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** Failed requests below which no rate alarms. */
  readonly minimumErrors: number;
  /** Guide C1: per cent of requests that must not fail by the server's fault. */
  readonly availabilityPercent: number;
  readonly alertTopicArn: pulumi.Input<string>;
}

/** Creates the alarms on the load balancer's own failures, which count for no colour. */
export function createBalancerAlarms(scope: Scope, args: BalancerAlarmArgs): readonly MetricAlarm[] {
  const { loadBalancerArnSuffix, minimumErrors, alertTopicArn } = args;
  // Each of these is reported only where it is not zero.
  const whenBad = { missingData: "notBreaching", periodSeconds: 300, comparison: "at least", alertTopicArn } as const;
  return [
    createAlarm(scope, {
      ...whenBad,
      what: "balancer-5xx",
      description: `The load balancer itself answered ${minimumErrors} requests or more with 5xx in 5 minutes: no healthy task, a task that hung up, or none that answered in time.`,
      threshold: minimumErrors,
      metric: balancerMetric(loadBalancerArnSuffix, "HTTPCode_ELB_5XX_Count", "Sum"),
    }),
    createAlarm(scope, {
      ...whenBad,
      what: "balancer-rejected-connections",
      description: "The load balancer rejected connections, having reached its maximum.",
      threshold: 1,
      metric: balancerMetric(loadBalancerArnSuffix, "RejectedConnectionCount", "Sum"),
    }),
  ];
}

/**
 * How fast the error budget of a month may be used up. Each speed needs the long window, so that a short disturbance alarms
 * nobody, and the short window, so that the alarm ends when the failures end.
 *
 * @see The Site Reliability Workbook, "Alerting on SLOs", table 5-8: 14.4 and 6 times the budget
 */
const burnRates = [
  { speed: "fast", rate: 14.4, longSeconds: 3600, shortSeconds: 300 },
  { speed: "slow", rate: 6, longSeconds: 21_600, shortSeconds: 1800 },
] as const;

/** Creates the alarms on the error budget that guide C1 leaves: two composite alarms, each over two windows. */
export function createBurnAlarms(scope: Scope, args: BalancerAlarmArgs): readonly CompositeAlarm[] {
  const { availabilityPercent, alertTopicArn } = args;
  return burnRates.map(({ speed, rate, longSeconds, shortSeconds }) => {
    const thresholdPercent = Number(((100 - availabilityPercent) * rate).toFixed(4));
    const windows = [longSeconds, shortSeconds].map((seconds) =>
      createBurnWindow(scope, { ...args, speed, thresholdPercent, seconds }),
    );
    return createCompositeAlarm(scope, {
      what: `error-budget-${speed}`,
      description: `Failed requests use up the error budget of ${availabilityPercent} % availability (guide C1) ${rate} times too fast.`,
      alarmRule: pulumi.all(windows.map(isFiring)).apply((conditions) => conditions.join(" AND ")),
      alertTopicArn,
    });
  });
}

interface BurnWindowArgs extends BalancerAlarmArgs {
  readonly speed: string;
  readonly thresholdPercent: number;
  readonly seconds: number;
}

/** One window of a burning error budget. It tells nobody itself, because one window alone means nothing. */
function createBurnWindow(scope: Scope, args: BurnWindowArgs): MetricAlarm {
  const { loadBalancerArnSuffix, minimumErrors, speed, thresholdPercent, seconds } = args;
  const failed = "FILL(answered, 0) + FILL(unanswered, 0)";
  return createMathAlarm(scope, {
    what: `error-budget-${speed}-${seconds / 60}m`,
    description: `More than ${thresholdPercent} % of all requests failed within ${seconds / 60} min.`,
    comparison: "above",
    threshold: thresholdPercent,
    periodSeconds: seconds,
    // Failures are reported only where there were some. Without requests no budget is used.
    missingData: "notBreaching",
    // All three come from the load balancer and arrive together, so that filling up cannot run ahead of a late value.
    expression: `IF(${failed} >= ${minimumErrors}, 100 * (${failed}) / (FILL(requests, 0) + FILL(unanswered, 0)), 0)`,
    metrics: {
      answered: balancerMetric(loadBalancerArnSuffix, "HTTPCode_Target_5XX_Count", "Sum"),
      unanswered: balancerMetric(loadBalancerArnSuffix, "HTTPCode_ELB_5XX_Count", "Sum"),
      requests: balancerMetric(loadBalancerArnSuffix, "RequestCount", "Sum"),
    },
  });
}
