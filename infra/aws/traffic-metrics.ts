import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { type Colour, colours } from "../../rollout/colour.ts";
import { arrivalSeconds, type HourOfTraffic } from "../../rollout/measurements.ts";
import { type BalancerDimensions, readSeries, type Series } from "./read-series.ts";

/** Reads the last whole hours of public traffic, oldest first, in one call. */
export async function readTraffic(
  client: CloudWatchClient,
  dimensions: BalancerDimensions,
  live: Colour,
  hours: number,
  now: Date,
): Promise<HourOfTraffic[]> {
  const hour = 3_600_000;
  const end = Math.floor((now.getTime() - arrivalSeconds * 1000) / hour) * hour;
  const starts = Array.from({ length: hours }, (_, index) => end - (hours - index) * hour);
  const series: Series[] = [
    ...colours.map((colour) => ({
      id: `requests_${colour}`,
      metricName: "RequestCount",
      statistic: "Sum",
      colour,
    })),
    { id: "errors", metricName: "HTTPCode_Target_5XX_Count", statistic: "Sum", colour: live },
    { id: "refused", metricName: "TargetConnectionErrorCount", statistic: "Sum", colour: live },
    // Its Sum is the mean of the group's tasks, and it is the one metric that names its target group and nothing else.
    { id: "per_task", metricName: "RequestCountPerTarget", statistic: "Sum", colour: live, byTargetGroupAlone: true },
  ];
  const window = { from: new Date(starts[0] ?? end).toISOString(), until: new Date(end).toISOString() };
  const values = await readSeries(client, dimensions, series, window, 3600);
  const at = (id: string, start: number) => values.get(id)?.find((one) => one.at === start)?.value ?? 0;
  return starts.map((start) => ({
    from: new Date(start).toISOString(),
    requests: colours.reduce((sum, colour) => sum + at(`requests_${colour}`, start), 0),
    liveRequests: at(`requests_${live}`, start),
    liveErrors: at("errors", start) + at("refused", start),
    liveRequestsPerTask: at("per_task", start),
  }));
}
