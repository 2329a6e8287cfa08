import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { byColour, type Colour, colours, otherColour } from "../../rollout/colour.ts";
import type { ResponseTimes } from "../../rollout/gate/gate-input.ts";
import type { ClosedWindow, MeasuredRequests } from "../../rollout/measurements.ts";
import { type BalancerDimensions, readSeries } from "./read-series.ts";

const measured = [
  { what: "requests", metricName: "RequestCount", statistic: "Sum" },
  { what: "errors", metricName: "HTTPCode_Target_5XX_Count", statistic: "Sum" },
  // What finds no connection to a task is a request, is answered by the load balancer and is no target's 5xx.
  { what: "refused", metricName: "TargetConnectionErrorCount", statistic: "Sum" },
  { what: "average", metricName: "TargetResponseTime", statistic: "Average" },
  { what: "p95", metricName: "TargetResponseTime", statistic: "p95" },
] as const;

/**
 * Reads what both colours were asked and answered within a window, in one call and as one value for each metric: the
 * period is as long as the window, so that a percentile is that of the whole and not of a part. CloudWatch begins periods
 * at the start time (as the times in the AWS CLI's example of get-metric-statistics show).
 */
export async function readRequests(
  client: CloudWatchClient,
  dimensions: BalancerDimensions,
  live: Colour,
  window: ClosedWindow,
): Promise<MeasuredRequests> {
  const series = colours.flatMap((colour) =>
    measured.map(({ what, ...metric }) => ({ id: `${what}_${colour}`, colour, ...metric })),
  );
  const values = await readSeries(client, dimensions, series, window, window.seconds);
  const sum = (id: string) => Math.round((values.get(id) ?? []).reduce((total, { value }) => total + value, 0));
  const largest = (id: string) => {
    const found = (values.get(id) ?? []).map(({ value }) => value);
    return found.length === 0 ? undefined : Math.max(...found);
  };
  const ofColour = byColour((colour) => {
    const errors = sum(`errors_${colour}`) + sum(`refused_${colour}`);
    return {
      // A metric that arrives a moment later than another must not make more errors than requests.
      counts: { requests: Math.max(sum(`requests_${colour}`), errors), errors },
      times: {
        ...milliseconds("averageMilliseconds", largest(`average_${colour}`)),
        ...milliseconds("p95Milliseconds", largest(`p95_${colour}`)),
      },
    };
  });
  const candidate = otherColour(live);
  return {
    counts: { candidate: ofColour[candidate].counts, live: ofColour[live].counts },
    responseTimes: { candidate: ofColour[candidate].times, live: ofColour[live].times },
  };
}

function milliseconds<Name extends keyof ResponseTimes>(
  name: Name,
  seconds: number | undefined,
): { readonly [key in Name]?: number } {
  return (seconds === undefined ? {} : { [name]: seconds * 1000 }) as { readonly [key in Name]?: number };
}
