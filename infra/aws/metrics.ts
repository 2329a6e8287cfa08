import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { colourFailureMetrics } from "../../components/observability/colour-failures.ts";
import { targetGroupMetric } from "../../components/observability/metrics.ts";
import type { CountedAnswers } from "../../rollout/balancer-failures.ts";
import { byColour, type Colour, colours, otherColour } from "../../rollout/colour.ts";
import type { GuardrailCounts } from "../../rollout/gate/guardrails.ts";
import { type PeriodOfColour, stepCounts, sumOfPeriods } from "../../rollout/gate/step-counts.ts";
import {
  arrivalSeconds,
  type HourOfTraffic,
  type MeasuredRequests,
  slowerThanSeconds,
  type WatchedTraffic,
} from "../../rollout/measurements.ts";
import { guardrailSeries, guardrailsIn } from "./guardrails.ts";
import { readSeries, type Series, type SeriesPoints } from "./metric-series.ts";

/** How CloudWatch knows the load balancer and its target groups. */
export interface BalancerDimensions {
  /** `app/<name>/<id>` */
  readonly loadBalancer: string;
  /** `targetgroup/<name>/<id>` */
  readonly targetGroups: Readonly<Record<Colour, string>>;
}

/** Besides, the namespace of the metrics from logs. */
export interface RequestDimensions extends BalancerDimensions {
  readonly metricNamespace: string;
}

/** What is read of both colours' requests. */
export type CountedRequests = Pick<MeasuredRequests, "counts" | "steps"> & { readonly guardrails: GuardrailCounts };

/**
 * Reads what both colours were asked, answered and logged in the steps of a release, in one call.
 *
 * Counts are read period by period, by the minute where that fits into one answer: a minute with ten failures of one client
 * tells less than ten minutes with a failure each, and what the load balancer answered itself is told apart best within a
 * minute. Periods between two steps are left out. CloudWatch begins periods at the start time (as the times in the AWS
 * CLI's example of get-metric-statistics show).
 */
export async function readRequests(
  client: CloudWatchClient,
  dimensions: RequestDimensions,
  live: Colour,
  watched: WatchedTraffic,
): Promise<CountedRequests> {
  const { window, periodSeconds, steps } = watched;
  const series = [
    ...colours.flatMap((colour) => [
      ...countSeries(dimensions, colour, periodSeconds),
      ...slowSeries(dimensions, colour, periodSeconds),
    ]),
    ...guardrailSeries(dimensions.metricNamespace, watched),
  ];
  const points = await readSeries(client, Object.fromEntries(series), window);
  const periods = byColour((colour) => periodsByTime(points, colour));
  const candidate = otherColour(live);
  const counted = steps.map((step) => {
    const begins = Array.from(
      { length: step.seconds / periodSeconds },
      (_, index) => Date.parse(step.from) + index * periodSeconds * 1000,
    );
    const of = (colour: Colour) => begins.map((at) => periods[colour].get(at) ?? nothingInPeriod);
    return { step, candidate: of(candidate), live: of(live) };
  });
  return {
    counts: {
      candidate: sumOfPeriods(counted.flatMap((one) => one.candidate)),
      live: sumOfPeriods(counted.flatMap((one) => one.live)),
    },
    guardrails: guardrailsIn(points, live, watched),
    steps: counted.map(({ step, ...ofRoles }) => stepCounts({ ...step, periodSeconds, slowerThanSeconds }, ofRoles)),
  };
}

const nothingInPeriod: PeriodOfColour = {
  requests: 0,
  answered: 0,
  failed: 0,
  refused: 0,
  slow: slowerThanSeconds.map(() => 0),
  byBalancer: 0,
};

/** A colour's counts by the beginning of their period. */
function periodsByTime(points: SeriesPoints, colour: Colour): ReadonlyMap<number, PeriodOfColour> {
  const valuesOf = (id: string) => new Map((points.get(`${id}_${colour}`) ?? []).map(({ at, value }) => [at, value]));
  const [refused, measured] = [valuesOf("refused"), valuesOf("measured")];
  const within = slowerThanSeconds.map((_, index) => valuesOf(`within${index}`));
  return new Map(
    [...countsByPeriod(points, colour)].map(([at, counts]) => [
      at,
      {
        requests: Math.round(counts.requests),
        answered: Math.round(counts.answered),
        failed: Math.round(counts.failed),
        byBalancer: Math.round(counts.byBalancer),
        refused: Math.round(refused.get(at) ?? 0),
        slow: within.map((percent) => Math.round((measured.get(at) ?? 0) * (1 - (percent.get(at) ?? 100) / 100))),
      },
    ]),
  );
}

/** A series and the name that its points are found by. */
export type NamedSeries = readonly [id: string, series: Series];

/** How the metrics of a colour's target group name it. */
export function groupOf({ loadBalancer, targetGroups }: BalancerDimensions, colour: Colour) {
  return { loadBalancerArnSuffix: loadBalancer, targetGroupArnSuffix: targetGroups[colour] };
}

/** The series that a colour's requests and failures are counted by; see {@link countsByPeriod}. */
function countSeries(dimensions: BalancerDimensions, colour: Colour, periodSeconds: number): readonly NamedSeries[] {
  const metrics = Object.entries(colourFailureMetrics(groupOf(dimensions, colour)));
  return metrics.map(([id, metric]) => [`${id}_${colour}`, { metric, periodSeconds }]);
}

/** How many response times were measured, and per cent of them that were within each of `slowerThanSeconds`. */
function slowSeries(dimensions: BalancerDimensions, colour: Colour, periodSeconds: number): readonly NamedSeries[] {
  const series = (id: string, statistic: string): NamedSeries => {
    const metric = targetGroupMetric(groupOf(dimensions, colour), "TargetResponseTime", statistic);
    return [`${id}_${colour}`, { metric, periodSeconds }];
  };
  return [
    series("measured", "SampleCount"),
    ...slowerThanSeconds.map((seconds, index) => series(`within${index}`, `PR(:${seconds})`)),
  ];
}

/** What a colour's {@link countSeries} reported, by the beginning of the period. What was not reported is 0. */
function countsByPeriod(points: SeriesPoints, colour: Colour): ReadonlyMap<number, CountedAnswers> {
  const valuesOf = (id: string) => new Map((points.get(`${id}_${colour}`) ?? []).map(({ at, value }) => [at, value]));
  const asked = valuesOf("asked");
  const answers = ["ok", "moved", "refused"].map(valuesOf);
  const failed = valuesOf("failed");
  const byBalancer = ["gateway", "timeout"].map(valuesOf);
  const sumAt = (series: readonly ReadonlyMap<number, number>[], at: number) =>
    series.reduce((sum, values) => sum + (values.get(at) ?? 0), 0);
  const periods = new Set([asked, ...answers, failed].flatMap((values) => [...values.keys()]));
  return new Map(
    [...periods].map((at) => [
      at,
      {
        requests: asked.get(at) ?? 0,
        answered: sumAt([...answers, failed], at),
        failed: failed.get(at) ?? 0,
        byBalancer: sumAt(byBalancer, at),
      },
    ]),
  );
}

const hour = 3_600_000;

/**
 * Seconds of a value in the history of two weeks: fine enough to tell WebSocket upgrades from failures, and coarse enough
 * for one call.
 */
const historyPeriodSeconds = 300;

/** Reads the last whole hours of public traffic, oldest first, in one call. */
export async function readTraffic(
  client: CloudWatchClient,
  dimensions: BalancerDimensions,
  live: Colour,
  hours: number,
  now: Date,
): Promise<HourOfTraffic[]> {
  const end = Math.floor((now.getTime() - arrivalSeconds * 1000) / hour) * hour;
  const starts = Array.from({ length: hours }, (_, index) => end - (hours - index) * hour);
  const candidateGroup = groupOf(dimensions, otherColour(live));
  const series: Readonly<Record<string, Series>> = {
    ...Object.fromEntries(countSeries(dimensions, live, historyPeriodSeconds)),
    candidate: { metric: targetGroupMetric(candidateGroup, "RequestCount", "Sum"), periodSeconds: 3600 },
    per_task: { metric: requestsPerTask(dimensions.targetGroups[live]), periodSeconds: 3600 },
  };
  const window = { from: new Date(starts[0] ?? end).toISOString(), until: new Date(end).toISOString() };
  const points = await readSeries(client, series, window);
  const at = (id: string, start: number) => points.get(id)?.find((one) => one.at === start)?.value ?? 0;
  const ofLive = Map.groupBy(countsByPeriod(points, live), ([from]) => Math.floor(from / hour) * hour);
  return starts.map((start) => {
    const counts = sumOfPeriods((ofLive.get(start) ?? []).map(([, period]) => period));
    return {
      from: new Date(start).toISOString(),
      requests: counts.requests + at("candidate", start),
      liveRequests: counts.requests,
      liveErrors: counts.errors,
      liveRequestsPerTask: at("per_task", start),
    };
  });
}

/** Its Sum is the mean of the group's tasks, and it is the one metric that names its target group and nothing else. */
function requestsPerTask(targetGroup: string) {
  const dimensions = { TargetGroup: targetGroup };
  return { namespace: "AWS/ApplicationELB", metricName: "RequestCountPerTarget", dimensions, statistic: "Sum" };
}
