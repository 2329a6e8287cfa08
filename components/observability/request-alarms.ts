import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { type AlarmScope, createMathAlarm } from "./alarms.ts";
import { type TargetGroupReference, targetGroupMetric } from "./balancer-metrics.ts";
import type { ColourThresholds } from "./colour-alarm-args.ts";

/** Seconds of the long window. */
const longWindowSeconds = 3600;

/**
 * The windows that requests are judged over. The short one is fast. But a candidate at 5 % of a small portal's traffic may
 * see one request in five minutes, in which no rate can reach the minimum of errors; over an hour it can.
 */
function requestWindows({ windowSeconds }: ColourThresholds): readonly { suffix: string; seconds: number }[] {
  const short = { suffix: "", seconds: windowSeconds };
  return windowSeconds >= longWindowSeconds ? [short] : [short, { suffix: "-hourly", seconds: longWindowSeconds }];
}

/**
 * Alarms on how a colour answers its requests: errors it answers with (guide A1), connections it refuses, time it takes
 * (guide A2); each over each window.
 */
export function createRequestAlarms(
  scope: AlarmScope,
  group: TargetGroupReference,
  thresholds: ColourThresholds,
): readonly MetricAlarm[] {
  return requestWindows(thresholds).flatMap((window) => [
    createFailureAlarm(scope, group, thresholds, window, {
      what: "error-rate",
      metricName: "HTTPCode_Target_5XX_Count",
      means: "of its requests were answered with 5xx (guide A1)",
    }),
    // The service does not answer these at all: the load balancer does, with a 502 that is not counted per colour.
    createFailureAlarm(scope, group, thresholds, window, {
      what: "connection-errors",
      metricName: "TargetConnectionErrorCount",
      means: "of its requests found no connection to a task",
    }),
    createResponseTimeAlarm(scope, group, thresholds, window),
  ]);
}

type Window = ReturnType<typeof requestWindows>[number];

function createFailureAlarm(
  scope: AlarmScope,
  group: TargetGroupReference,
  { errorRatePercent, minimumErrors }: ColourThresholds,
  { suffix, seconds }: Window,
  failure: { what: string; metricName: string; means: string },
): MetricAlarm {
  return createMathAlarm(
    scope,
    {
      what: `${failure.what}${suffix}`,
      description: `More than ${errorRatePercent} % ${failure.means}, at least ${minimumErrors} in ${seconds / 60} min.`,
      comparison: "above",
      threshold: errorRatePercent,
      periodSeconds: seconds,
      // Failures are reported only where there were some. That there is no traffic is another alarm's business.
      missingData: "notBreaching",
    },
    `IF(failures >= ${minimumErrors}, 100 * failures / requests, 0)`,
    {
      failures: targetGroupMetric(group, failure.metricName, "Sum"),
      requests: targetGroupMetric(group, "RequestCount", "Sum"),
    },
  );
}

/**
 * Above the threshold at the 95th percentile, with at least as many slow requests as errors are asked for: of ten
 * requests the slowest alone is the 95th percentile. `PR(:t)` is the per cent of requests within t seconds
 * (CloudWatch User Guide, "CloudWatch statistics definitions").
 */
function createResponseTimeAlarm(
  scope: AlarmScope,
  group: TargetGroupReference,
  { responseTimeSeconds, minimumErrors }: ColourThresholds,
  { suffix, seconds }: Window,
): MetricAlarm {
  return createMathAlarm(
    scope,
    {
      what: `response-time${suffix}`,
      description: `p95 of its response time is above ${responseTimeSeconds} s (guide A2), with at least ${minimumErrors} slow requests in ${seconds / 60} min.`,
      comparison: "above",
      threshold: responseTimeSeconds,
      periodSeconds: seconds,
      // Without requests there is no response time.
      missingData: "notBreaching",
    },
    `IF((100 - within) / 100 * requests >= ${minimumErrors}, p95, 0)`,
    {
      p95: targetGroupMetric(group, "TargetResponseTime", "p95"),
      within: targetGroupMetric(group, "TargetResponseTime", `PR(:${responseTimeSeconds})`),
      requests: targetGroupMetric(group, "TargetResponseTime", "SampleCount"),
    },
  );
}
