import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type StatusCode,
} from "@aws-sdk/client-cloudwatch";
import type { Metric } from "../../components/observability/metrics.ts";
import type { ClosedWindow } from "../../rollout/measurements.ts";
import { explained } from "./client.ts";

/** One metric, and how long a time each of its values is taken over. */
export interface Series {
  readonly metric: Metric<string>;
  readonly periodSeconds: number;
}

/** One value of a series. */
interface Point {
  /** Milliseconds since the epoch at which the period begins. */
  readonly at: number;
  readonly value: number;
}

/** The values of each series by its id. A period for which nothing was reported has no point. */
export type SeriesPoints = ReadonlyMap<string, readonly Point[]>;

/**
 * Reads many series over one time, with one call for each 100,800 values (CloudWatch API Reference, "GetMetricData").
 *
 * @param series by id: a lower case letter, then letters, digits and `_`; at most 500
 * @throws {Error} where a series was not read to its end
 */
export async function readSeries(
  client: CloudWatchClient,
  series: Readonly<Record<string, Series>>,
  { from, until }: Pick<ClosedWindow, "from" | "until">,
): Promise<SeriesPoints> {
  const MetricDataQueries = Object.entries(series).map(([Id, { metric, periodSeconds }]): MetricDataQuery => {
    const { namespace, metricName, dimensions, statistic } = metric;
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    const Metric = { Namespace: namespace, MetricName: metricName, Dimensions };
    return { Id, MetricStat: { Metric, Period: periodSeconds, Stat: statistic }, ReturnData: true };
  });
  const points = new Map<string, Point[]>();
  const states = new Map<string, StatusCode | undefined>();
  let NextToken: string | undefined;
  do {
    const page = await explained("the request metrics could not be read", () =>
      client.send(
        new GetMetricDataCommand({
          MetricDataQueries,
          StartTime: new Date(from),
          EndTime: new Date(until),
          ScanBy: "TimestampAscending",
          NextToken,
        }),
      ),
    );
    for (const { Id = "", StatusCode, Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
      states.set(Id, StatusCode);
      const found = Values.flatMap((value, index) => {
        const at = Timestamps[index]?.getTime();
        // A value that is no number would pass every comparison of a gate.
        return at === undefined || !Number.isFinite(value) ? [] : [{ at, value }];
      });
      points.set(Id, [...(points.get(Id) ?? []), ...found]);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  requireWhole(Object.keys(series), states);
  return points;
}

/** A series that was not read to its end looks like one without requests or errors, which no gate may take it for. */
function requireWhole(ids: readonly string[], states: ReadonlyMap<string, StatusCode | undefined>): void {
  const parts = ids.flatMap((id) => (states.get(id) === "Complete" ? [] : [`${id} ${states.get(id) ?? "none"}`]));
  if (parts.length === 0) return;
  throw new Error(
    `AWS: the request metrics could not be read: CloudWatch did not answer whole (${parts.join(", ")}). Run the command again.`,
  );
}
