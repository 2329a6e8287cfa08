import { CompositeAlarm } from "@pulumi/aws/cloudwatch/compositeAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmScope, createMathAlarm } from "./alarms.ts";
import { balancerMetric } from "./balancer-metrics.ts";
import type { SharedAlarmsArgs } from "./shared-alarms-args.ts";

/**
 * How fast the error budget of a month may burn: each needs the long window, so that a blip alarms nobody, and the short
 * one, so that the alarm ends when the burning does.
 *
 * @see The Site Reliability Workbook, "Alerting on SLOs", table 5-8: 14.4 and 6 times the budget
 */
const burnRates = [
  { speed: "fast", rate: 14.4, longSeconds: 3600, shortSeconds: 300 },
  { speed: "slow", rate: 6, longSeconds: 21_600, shortSeconds: 1800 },
] as const;

/** Alarms on the error budget that guide C1 leaves: two composite ones, each over two windows. */
export function createBurnAlarms(scope: AlarmScope, args: SharedAlarmsArgs): readonly CompositeAlarm[] {
  return burnRates.map(({ speed, rate, longSeconds, shortSeconds }) => {
    const thresholdPercent = Number(((100 - args.availabilityPercent) * rate).toFixed(4));
    const parts = [longSeconds, shortSeconds].map((seconds) =>
      createWindow(scope, args, { speed, thresholdPercent, seconds }),
    );
    const alarmName = `${scope.name}-error-budget-${speed}`;
    const actions = scope.alertTopicArn === undefined ? [] : [scope.alertTopicArn];
    return new CompositeAlarm(
      alarmName,
      {
        alarmName,
        alarmDescription: `Failed requests use up the error budget of ${args.availabilityPercent} % availability (guide C1) ${rate} times too fast.`,
        alarmRule: pulumi
          .all(parts.map((part) => part.name))
          .apply((names) => names.map((part) => `ALARM("${part}")`).join(" AND ")),
        alarmActions: actions,
        okActions: actions,
        tags: { ...scope.tags, Name: alarmName },
      },
      { parent: scope.parent },
    );
  });
}

function createWindow(
  { alertTopicArn: _told, ...scope }: AlarmScope,
  { loadBalancerArnSuffix, minimumErrors }: SharedAlarmsArgs,
  { speed, thresholdPercent, seconds }: { speed: string; thresholdPercent: number; seconds: number },
) {
  return createMathAlarm(
    scope,
    {
      what: `error-budget-${speed}-${seconds / 60}m`,
      description: `More than ${thresholdPercent} % of all requests failed within ${seconds / 60} min.`,
      comparison: "above",
      threshold: thresholdPercent,
      periodSeconds: seconds,
      // Failures are reported only where there were some; without requests no budget is used.
      missingData: "notBreaching",
    },
    // All three come from the load balancer and arrive together, so that filling up cannot run ahead of a late value.
    `IF(FILL(answered, 0) + FILL(unanswered, 0) >= ${minimumErrors}, 100 * (FILL(answered, 0) + FILL(unanswered, 0)) / (FILL(requests, 0) + FILL(unanswered, 0)), 0)`,
    {
      answered: balancerMetric(loadBalancerArnSuffix, "HTTPCode_Target_5XX_Count", "Sum"),
      unanswered: balancerMetric(loadBalancerArnSuffix, "HTTPCode_ELB_5XX_Count", "Sum"),
      requests: balancerMetric(loadBalancerArnSuffix, "RequestCount", "Sum"),
    },
  );
}
