import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type StatusCode,
} from "@aws-sdk/client-cloudwatch";
import type { Colour } from "../../rollout/colour.ts";
import type { ClosedWindow } from "../../rollout/measurements.ts";
import { explained } from "./explain-failure.ts";

/** How CloudWatch knows the load balancer and its target groups. */
export interface BalancerDimensions {
  /** `app/<name>/<id>` */
  readonly loadBalancer: string;
  /** `targetgroup/<name>/<id>` */
  readonly targetGroups: Readonly<Record<Colour, string>>;
}

/** One metric of one colour with the statistic that is taken of it. */
export interface Series {
  readonly id: string;
  readonly metricName: string;
  readonly statistic: string;
  readonly colour: Colour;
  /** Whether it is reported for a target group whatever load balancer it belongs to. */
  readonly byTargetGroupAlone?: boolean;
}

/** One value of a series. */
export interface Point {
  /** Milliseconds since the epoch at which the period begins. */
  readonly at: number;
  readonly value: number;
}

export async function readSeries(
  client: CloudWatchClient,
  { loadBalancer, targetGroups }: BalancerDimensions,
  series: readonly Series[],
  { from, until }: Pick<ClosedWindow, "from" | "until">,
  periodSeconds: number,
): Promise<Map<string, Point[]>> {
  const MetricDataQueries = series.map(
    ({ id, metricName, statistic, colour, byTargetGroupAlone = false }): MetricDataQuery => ({
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: "AWS/ApplicationELB",
          MetricName: metricName,
          Dimensions: [
            ...(byTargetGroupAlone ? [] : [{ Name: "LoadBalancer", Value: loadBalancer }]),
            { Name: "TargetGroup", Value: targetGroups[colour] },
          ],
        },
        Period: periodSeconds,
        Stat: statistic,
      },
      ReturnData: true,
    }),
  );
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
  requireWhole(series, states);
  return points;
}

/** A series that was not read to its end looks like one without requests or errors, which no gate may take it for. */
function requireWhole(series: readonly Series[], states: ReadonlyMap<string, StatusCode | undefined>): void {
  const parts = series.flatMap(({ id }) =>
    states.get(id) === "Complete" ? [] : [`${id} ${states.get(id) ?? "none"}`],
  );
  if (parts.length === 0) return;
  throw new Error(
    `AWS: the request metrics could not be read: CloudWatch did not answer whole (${parts.join(", ")}). Run the command again.`,
  );
}
