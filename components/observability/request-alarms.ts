import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { Scope } from "../scope.ts";
import { createMathAlarm } from "./alarms.ts";
import { type TargetGroupDimensions, targetGroupMetric } from "./metrics.ts";

/** From when on a colour answers its requests too slowly (guide A2). */
export interface RequestThresholds {
  /** Guide A2: seconds that 95 of 100 requests are answered within. */
  readonly responseTimeSeconds: number;
  /** Slow requests below which a percentile says nothing: of ten, the slowest alone would be the 95th. */
  readonly minimumErrors: number;
  /** Seconds of the short window, whole minutes. A window of an hour is always watched too. */
  readonly windowSeconds: number;
  /** Hours of the long window, in which the first step of a quiet stage has enough requests. */
  readonly quietWindowHours: number;
}

/**
 * Checks what CloudWatch would refuse only during an update.
 *
 * @throws {RangeError} naming the threshold, its value and the rule
 */
export function checkRequestThresholds({ windowSeconds, minimumErrors }: RequestThresholds): void {
  if (!Number.isInteger(windowSeconds / 60) || windowSeconds < 60 || windowSeconds > 86_400) {
    throw new RangeError(
      `windowSeconds is ${windowSeconds}. CloudWatch takes an alarm over whole minutes, from 60 to 86400 seconds: write one such as 300.`,
    );
  }
  if (!Number.isInteger(minimumErrors) || minimumErrors < 1) {
    throw new RangeError(
      `minimumErrors is ${minimumErrors}. It is a count of requests, at least 1: below it a single failure would return the traffic.`,
    );
  }
}

/** Whose requests are judged, and how strictly. */
export interface RequestAlarmArgs extends TargetGroupDimensions {
  readonly thresholds: RequestThresholds;
}

/** Creates the alarms on the time that a colour takes to answer (guide A2), one over each window, shortest first. */
export function createResponseTimeAlarms(
  scope: Scope,
  args: RequestAlarmArgs,
): readonly { readonly alarm: MetricAlarm; readonly minutes: number }[] {
  return responseTimeWindows(args.thresholds).map((window) => ({
    alarm: createResponseTimeAlarm(scope, { ...args, window }),
    minutes: window.seconds / 60,
  }));
}

interface RequestWindow {
  /** End of the alarm's name. */
  readonly suffix: string;
  readonly seconds: number;
}

/**
 * The windows that the response time is judged over. The short one is fast. But a candidate at 5 % of a small portal's traffic
 * may see one request in five minutes, and two in an hour, and then no window but the longest has enough slow ones.
 */
export function responseTimeWindows({
  windowSeconds,
  quietWindowHours,
}: Pick<RequestThresholds, "windowSeconds" | "quietWindowHours">): readonly RequestWindow[] {
  return [
    { suffix: "", seconds: windowSeconds },
    { suffix: "-hourly", seconds: 3600 },
    { suffix: `-${quietWindowHours}h`, seconds: 3600 * quietWindowHours },
  ].filter(
    ({ seconds }, index, all) => index === 0 || (seconds > (all[index - 1]?.seconds ?? 0) && seconds > windowSeconds),
  );
}

/**
 * Goes off above the threshold at the 95th percentile, once there are enough slow requests. Otherwise the slowest of ten
 * requests alone would be the 95th percentile. `PR(:t)` is the per cent of requests within t seconds (CloudWatch User
 * Guide, "CloudWatch statistics definitions").
 */
function createResponseTimeAlarm(
  scope: Scope,
  args: RequestAlarmArgs & { readonly window: RequestWindow },
): MetricAlarm {
  const { responseTimeSeconds, minimumErrors } = args.thresholds;
  const { suffix, seconds } = args.window;
  return createMathAlarm(scope, {
    what: `response-time${suffix}`,
    description: `p95 of its response time is above ${responseTimeSeconds} s (guide A2), with at least ${minimumErrors} slow requests in ${seconds / 60} min.`,
    comparison: "above",
    threshold: responseTimeSeconds,
    periodSeconds: seconds,
    // Without requests there is no response time.
    missingData: "notBreaching",
    expression: `IF((100 - within) / 100 * requests >= ${minimumErrors}, p95, 0)`,
    metrics: {
      p95: targetGroupMetric(args, "TargetResponseTime", "p95"),
      within: targetGroupMetric(args, "TargetResponseTime", `PR(:${responseTimeSeconds})`),
      requests: targetGroupMetric(args, "TargetResponseTime", "SampleCount"),
    },
  });
}
