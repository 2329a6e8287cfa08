import { z } from "zod";
import { readMetricMath } from "./formulas.ts";
import type { MetricStore } from "./metrics.ts";

const dimension = z.strictObject({ Name: z.string(), Value: z.string() });

/** What the machine asks `GetMetricData` for: series of one period, expressions on them, and one that is returned. */
export const metricDataParameters = z.strictObject({
  MetricDataQueries: z
    .array(
      z.union([
        z.strictObject({
          Id: z.string().regex(/^[a-z]\w*$/),
          MetricStat: z.strictObject({
            Metric: z.strictObject({
              Namespace: z.string(),
              MetricName: z.string(),
              Dimensions: z.array(dimension).max(30),
            }),
            Period: z.union([z.literal(60), z.literal(300)]),
            Stat: z.string(),
          }),
          ReturnData: z.literal(false),
        }),
        z.strictObject({
          Id: z.string().regex(/^[a-z]\w*$/),
          Expression: z.string().max(2048),
          Period: z.union([z.literal(60), z.literal(300)]),
          ReturnData: z.boolean(),
        }),
      ]),
    )
    .min(1)
    .max(500),
  StartTime: z.iso.datetime(),
  EndTime: z.iso.datetime(),
  ScanBy: z.literal("TimestampDescending"),
  MaxDatapoints: z.literal(1),
});

type Queries = z.output<typeof metricDataParameters>["MetricDataQueries"];

/** Over what the queries are answered. */
export interface MetricRange {
  readonly store: Pick<MetricStore, "statistic">;
  /** Milliseconds of the store's clock, from when on and until when. */
  readonly from: number;
  readonly until: number;
  /** Length of a minute. */
  readonly minuteMilliseconds: number;
}

/**
 * Answers queries with the newest value of the expression that is returned.
 *
 * An expression may name what stands before it. Periods in which no metric was reported are left out: every expression of the
 * plan is 0 there, and a sum does not change. A period begins at a multiple of its length.
 *
 * @throws {Error} for an expression that is not modelled
 */
export function answerMetricData(queries: Queries, range: MetricRange): unknown {
  const ids = queries.map(({ Id }) => Id);
  const minutes = minutesOf(queries, range);
  let newest: number | undefined;
  let returned = "";
  for (const [place, query] of queries.entries()) {
    if (!("Expression" in query)) continue;
    const math = readMetricMath(query.Expression, ids.slice(0, place), true);
    if (query.Expression.includes("TIME_SERIES(")) {
      const value = math(minutes.at(-1) ?? {}, minutes);
      for (const minute of minutes) minute[query.Id] = value;
    } else {
      for (const minute of minutes) minute[query.Id] = math(minute);
    }
    if (!query.ReturnData) continue;
    returned = query.Id;
    newest = minutes.at(-1)?.[query.Id];
  }
  return { MetricDataResults: [{ Id: returned, Values: newest === undefined ? [] : [newest] }] };
}

type Minute = Record<string, number | undefined>;

function minutesOf(queries: Queries, { store, from, until, minuteMilliseconds }: MetricRange): Minute[] {
  const metrics = queries.flatMap((query) => {
    if (!("MetricStat" in query)) return [];
    const { Metric, Stat } = query.MetricStat;
    const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
    return [
      {
        id: query.Id,
        statistic: Stat,
        identity: { namespace: Metric.Namespace, metricName: Metric.MetricName, dimensions },
      },
    ];
  });
  const minutes: Minute[] = [];
  const period = (minuteMilliseconds * periodSecondsOf(queries)) / 60;
  // The store's periods leave their beginning out and hold their end.
  for (let end = Math.ceil(until / period) * period; end > from; end -= period) {
    const begin = Math.max(from, end - period);
    const minute = Object.fromEntries(
      metrics.map(({ id, identity, statistic }) => [
        id,
        store.statistic(identity, statistic, begin, Math.min(end, until)),
      ]),
    );
    if (Object.values(minute).some((value) => value !== undefined)) minutes.unshift(minute);
  }
  return minutes;
}

/** What series of several periods would give in one expression is not modelled. */
function periodSecondsOf(queries: Queries): number {
  const [seconds = 60, ...others] = new Set(
    queries.map((query) => ("MetricStat" in query ? query.MetricStat.Period : query.Period)),
  );
  if (others.length === 0) return seconds;
  throw new Error(`The queries have periods of ${[seconds, ...others].join(" and ")} s. One call has one period here.`);
}
