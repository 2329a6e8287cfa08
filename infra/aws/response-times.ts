import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { targetGroupMetric } from "../../components/observability/metrics.ts";
import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import type { Compared, ResponseTimes } from "../../rollout/gate/gate-input.ts";
import type { SystemFigures } from "../../rollout/gate/system-figures.ts";
import type { ClosedWindow } from "../../rollout/measurements.ts";
import { readSeries, type SeriesPoints } from "./metric-series.ts";
import { type BalancerDimensions, groupOf, type NamedSeries } from "./metrics.ts";
import { type SystemDimensions, systemFiguresIn, systemSeries } from "./system-figures.ts";

/** Response times by the ends of their series' ids. */
const times = { average: "Average", p95: "p95" } as const;

/**
 * Reads how long both colours took to answer within a window, in one call and as one value for each: a percentile of parts
 * is none of the whole.
 */
export async function readResponseTimes(
  client: CloudWatchClient,
  dimensions: BalancerDimensions,
  live: Colour,
  window: ClosedWindow,
): Promise<Compared<ResponseTimes>> {
  const series = colours.flatMap((colour) => timeSeries(dimensions, colour, window.seconds));
  return responseTimesIn(await readSeries(client, Object.fromEntries(series), window), live);
}

/** What is read of a step as a whole. */
export interface StepFigures {
  readonly responseTimes: Compared<ResponseTimes>;
  /** Absent where nobody measures database and tasks. */
  readonly system?: SystemFigures;
}

/** Reads how long both colours took to answer within a step, and what database and tasks had to bear, in one call. */
export async function readStepFigures(
  client: CloudWatchClient,
  dimensions: BalancerDimensions & SystemDimensions,
  live: Colour,
  window: ClosedWindow,
): Promise<StepFigures> {
  const series = [
    ...colours.flatMap((colour) => timeSeries(dimensions, colour, window.seconds)),
    ...systemSeries(dimensions, window.seconds),
  ];
  const points = await readSeries(client, Object.fromEntries(series), window);
  return { responseTimes: responseTimesIn(points, live), system: systemFiguresIn(points, live) };
}

function responseTimesIn(points: SeriesPoints, live: Colour): Compared<ResponseTimes> {
  const largest = (id: string) => {
    const found = (points.get(id) ?? []).map(({ value }) => value);
    return found.length === 0 ? undefined : Math.max(...found);
  };
  const of = (colour: Colour): ResponseTimes => ({
    ...milliseconds("averageMilliseconds", largest(`average_${colour}`)),
    ...milliseconds("p95Milliseconds", largest(`p95_${colour}`)),
  });
  return { candidate: of(otherColour(live)), live: of(live) };
}

function timeSeries(dimensions: BalancerDimensions, colour: Colour, periodSeconds: number): readonly NamedSeries[] {
  return Object.entries(times).map(([id, statistic]) => {
    const metric = targetGroupMetric(groupOf(dimensions, colour), "TargetResponseTime", statistic);
    return [`${id}_${colour}`, { metric, periodSeconds }];
  });
}

function milliseconds<Name extends keyof ResponseTimes>(
  name: Name,
  seconds: number | undefined,
): { readonly [key in Name]?: number } {
  return (seconds === undefined ? {} : { [name]: seconds * 1000 }) as { readonly [key in Name]?: number };
}
