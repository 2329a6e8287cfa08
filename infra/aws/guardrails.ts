import { type LogEventName, logMetricName } from "../../components/observability/log-contract.ts";
import { byColour, type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { countedEventNames, type GuardrailCounts } from "../../rollout/gate/guardrails.ts";
import { packSeries } from "../../rollout/gate/step-counts.ts";
import type { WatchedTraffic } from "../../rollout/measurements.ts";
import type { Series, SeriesPoints } from "./metric-series.ts";

/**
 * The series of what the API of both colours has logged in the steps of a release, by id. Events are counted in the same
 * periods as requests; the percentile of page loads is that of the whole time.
 *
 * @param namespace of the metrics from logs
 */
export function guardrailSeries(
  namespace: string,
  { window, periodSeconds }: Pick<WatchedTraffic, "window" | "periodSeconds">,
): readonly (readonly [id: string, series: Series])[] {
  const seriesOf = (event: LogEventName, colour: Colour, statistic: string, seconds: number): Series => {
    const metric = { namespace, metricName: logMetricName(event, colour), dimensions: {}, statistic };
    return { metric, periodSeconds: seconds };
  };
  return colours.flatMap((colour): (readonly [string, Series])[] => [
    ...countedEventNames.map((event) => [`${event}_${colour}`, seriesOf(event, colour, "Sum", periodSeconds)] as const),
    [`loads_${colour}`, seriesOf("pageLoad", colour, "SampleCount", window.seconds)],
    [`loadp95_${colour}`, seriesOf("pageLoad", colour, "p95", window.seconds)],
  ]);
}

/** What {@link guardrailSeries} told. */
export function guardrailsIn(
  points: SeriesPoints,
  live: Colour,
  { periodSeconds, steps }: Pick<WatchedTraffic, "periodSeconds" | "steps">,
): GuardrailCounts {
  const candidate = otherColour(live);
  const roles = <Value>(of: (colour: Colour) => Value) => ({ candidate: of(candidate), live: of(live) });
  const countsIn = ({ from, seconds }: { readonly from: string; readonly seconds: number }, id: string) => {
    const values = new Map((points.get(id) ?? []).map(({ at, value }) => [at, value]));
    const begin = Date.parse(from);
    const counts = Array.from({ length: seconds / periodSeconds }, (_, index) =>
      Math.round(values.get(begin + index * periodSeconds * 1000) ?? 0),
    );
    return packSeries(counts);
  };
  const loads = byColour((colour) => {
    const [count] = points.get(`loads_${colour}`) ?? [];
    const [p95] = points.get(`loadp95_${colour}`) ?? [];
    return {
      loads: Math.round(count?.value ?? 0),
      ...(p95 === undefined ? {} : { p95Milliseconds: p95.value }),
    };
  });
  return {
    steps: steps.map((step) =>
      Object.fromEntries(
        countedEventNames.map((event) => [event, roles((colour) => countsIn(step, `${event}_${colour}`))]),
      ),
    ),
    pageLoad: roles((colour) => loads[colour]),
  };
}
