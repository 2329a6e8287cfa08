import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
  type StatusCode,
} from "@aws-sdk/client-cloudwatch";
import { byColour, type Colour, colours, otherColour } from "../../rollout/colour.ts";
import type { ResponseTimes, WatchedAlarmState } from "../../rollout/gate/gate-input.ts";
import {
  arrivalSeconds,
  type ClosedWindow,
  type HourOfTraffic,
  type MeasuredRequests,
} from "../../rollout/measurements.ts";
import { explained } from "./client.ts";

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

/** The most that one call may name (CloudWatch API Reference, "DescribeAlarms", AlarmNames). */
const namesPerCall = 100;

/** Reads the states of alarms of either kind; one that AWS does not know is `MISSING`. */
export async function readAlarms(
  client: CloudWatchClient,
  names: readonly string[],
): Promise<Record<string, WatchedAlarmState>> {
  if (names.length > namesPerCall) {
    throw new RangeError(`${names.length} alarms are watched; one call tells of ${namesPerCall}. Watch fewer.`);
  }
  const { MetricAlarms = [], CompositeAlarms = [] } = await explained("the alarms could not be read", () =>
    client.send(
      new DescribeAlarmsCommand({
        AlarmNames: [...names],
        AlarmTypes: ["CompositeAlarm", "MetricAlarm"],
        MaxRecords: namesPerCall,
      }),
    ),
  );
  const states = new Map([...MetricAlarms, ...CompositeAlarms].map((alarm) => [alarm.AlarmName, alarm.StateValue]));
  return Object.fromEntries(names.map((name) => [name, states.get(name) ?? "MISSING"]));
}
