import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { ColourAlarm } from "../../rollout/names.ts";
import type { Scope } from "../scope.ts";
import { createMathAlarm } from "./alarms.ts";
import { type TargetGroupDimensions, targetGroupMetric } from "./metrics.ts";

/** From when on a colour answers its requests too badly (guide A1, A2). */
export interface RequestThresholds {
  /** Guide A1: per cent of requests that the service answered with 5xx. */
  readonly errorRatePercent: number;
  /** Guide A2: seconds that 95 of 100 requests are answered within. */
  readonly responseTimeSeconds: number;
  /** Failed or slow requests below which a rate says nothing: one failed request in ten does not show a 10 % error rate. */
  readonly minimumErrors: number;
  /** Seconds of the short window, whole minutes. A window of an hour is always watched too. */
  readonly windowSeconds: number;
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

/**
 * Creates the alarms on how a colour answers its requests: errors it answers with (guide A1), connections it refuses, time
 * it takes (guide A2). Each is judged over each window.
 */
export function createRequestAlarms(scope: Scope, args: RequestAlarmArgs): readonly MetricAlarm[] {
  return requestWindows(args.thresholds).flatMap((window) => [
    createFailureAlarm(scope, {
      ...args,
      window,
      what: "error-rate" satisfies ColourAlarm,
      metricName: "HTTPCode_Target_5XX_Count",
      means: "of its requests were answered with 5xx (guide A1)",
    }),
    // The load balancer answers these itself, with a 502 that is not counted for a colour.
    createFailureAlarm(scope, {
      ...args,
      window,
      what: "connection-errors",
      metricName: "TargetConnectionErrorCount",
      means: "of its requests found no connection to a task",
    }),
    createResponseTimeAlarm(scope, { ...args, window }),
  ]);
}

interface RequestWindow {
  /** End of the alarm's name. */
  readonly suffix: string;
  readonly seconds: number;
}

/** Seconds of the long window. */
const longWindowSeconds = 3600;

/**
 * The windows that requests are judged over. The short one is fast. But a candidate at 5 % of a small portal's traffic may
 * see one request in five minutes, and then no rate can reach the minimum of errors. Over an hour it can.
 */
function requestWindows({ windowSeconds }: RequestThresholds): readonly RequestWindow[] {
  const short = { suffix: "", seconds: windowSeconds };
  return windowSeconds >= longWindowSeconds ? [short] : [short, { suffix: "-hourly", seconds: longWindowSeconds }];
}

interface FailureAlarmArgs extends RequestAlarmArgs {
  readonly window: RequestWindow;
  readonly what: string;
  readonly metricName: string;
  /** What the failures are, after "More than 1 %". */
  readonly means: string;
}

function createFailureAlarm(scope: Scope, args: FailureAlarmArgs): MetricAlarm {
  const { errorRatePercent, minimumErrors } = args.thresholds;
  const { suffix, seconds } = args.window;
  return createMathAlarm(scope, {
    what: `${args.what}${suffix}`,
    description: `More than ${errorRatePercent} % ${args.means}, at least ${minimumErrors} in ${seconds / 60} min.`,
    comparison: "above",
    threshold: errorRatePercent,
    periodSeconds: seconds,
    // Failures are reported only where there were some. Another alarm watches for missing traffic.
    missingData: "notBreaching",
    expression: `IF(failures >= ${minimumErrors}, 100 * failures / requests, 0)`,
    metrics: {
      failures: targetGroupMetric(args, args.metricName, "Sum"),
      requests: targetGroupMetric(args, "RequestCount", "Sum"),
    },
  });
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
