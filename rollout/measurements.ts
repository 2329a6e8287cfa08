import { otherColour } from "./colour.ts";
import type { Compared, RequestCounts, ResponseTimes } from "./gate/gate-input.ts";
import type { StepCounts } from "./gate/step-counts.ts";
import type { HistoryEntry, RolloutRecord } from "./record.ts";

/** A stretch of time whose counts no longer change, as CloudWatch is asked for it. */
export interface ClosedWindow {
  /** ISO 8601 instant, included. */
  readonly from: string;
  /** ISO 8601 instant, excluded. */
  readonly until: string;
  /** From one to the other: a multiple of the resolution that CloudWatch still keeps for `from`. */
  readonly seconds: number;
}

/**
 * Load balancer metrics are reported once a minute and arrive within the next one. The last minute would count requests
 * whose errors are not there yet.
 */
export const arrivalSeconds = 60;

const day = 86_400;

/** A time in which the public traffic had one split. */
interface Stretch {
  /** Per cent of it that the candidate had. */
  readonly weightPercent: number;
  readonly since: Date;
  /** Undefined while it lasts. */
  readonly until: Date | undefined;
}

/**
 * The steps of the candidate's release since its first public traffic, oldest first: what 25 % showed is not forgotten at
 * 50 %. A step back to 0, a promote, and a change of the release begin anew. At weight 0 it is one stretch, since the last
 * update that changed anything, such as the candidate's image.
 */
function stretchesOfRelease(record: RolloutRecord): readonly Stretch[] {
  const { weightPercent, since, liveColour, images, history } = record;
  if (weightPercent === 0) {
    return [{ weightPercent, since: new Date(history.at(-1)?.at ?? since), until: undefined }];
  }
  const candidate = otherColour(liveColour);
  const entries: HistoryEntry[] = [];
  for (const entry of history.toReversed()) {
    const isOfRelease =
      entry.weightPercent > 0 && entry.liveColour === liveColour && entry.images[candidate] === images[candidate];
    if (!isOfRelease) break;
    entries.unshift(entry);
    if ((entry.changed ?? []).length > 0) break;
  }
  // An entry that leaves the weight as it was begins nothing.
  const begun = entries.filter((entry, index) => entry.weightPercent !== entries[index - 1]?.weightPercent);
  if (begun.at(-1)?.weightPercent !== weightPercent)
    return [{ weightPercent, since: new Date(since), until: undefined }];
  return begun.map((entry, index) => {
    const next = begun[index + 1];
    const until = next === undefined ? undefined : new Date(next.at);
    return { weightPercent: entry.weightPercent, since: new Date(entry.at), until };
  });
}

/** A step whose requests are counted. */
interface WatchedStep extends ClosedWindow {
  readonly weightPercent: number;
}

/** What of a rollout's traffic is counted. */
export interface WatchedTraffic {
  /** From the first period of the first step to the last period of the last one. */
  readonly window: ClosedWindow;
  /** How long a time each count is read over. It divides every step. */
  readonly periodSeconds: number;
  /** Oldest first. One that is shorter than a period is not among them. */
  readonly steps: readonly WatchedStep[];
}

/** Most periods that one call tells of: it answers 100,800 values, and 22 series of requests are read. */
const mostPeriods = 4500;

/**
 * How long a time a count may be read over. CloudWatch keeps minutes for 15 days, five minutes for 63 days and hours after
 * that, and answers nothing for a period that is no multiple of what it keeps. {@link mostPeriods} is stricter: two minutes do
 * for six days, and a quarter of an hour for 46.
 *
 * @see CloudWatch API Reference, "MetricStat", Period
 */
const periodsSeconds = [60, 120, 300, 900, 3600];

/**
 * What of a release's traffic is counted: the whole minutes of its steps, except those in which the split changed. Longer
 * times are counted by longer periods, so that one call tells of them.
 *
 * @returns undefined where no whole period lies in any step
 */
export function watchedTraffic(record: RolloutRecord, now: Date): WatchedTraffic | undefined {
  const stretches = stretchesOfRelease(record);
  const first = stretches[0]?.since ?? now;
  const ageSeconds = (now.getTime() - first.getTime()) / 1000;
  const periodSeconds = periodsSeconds.find((period) => ageSeconds / period <= mostPeriods) ?? day;
  const arrived = new Date(now.getTime() - arrivalSeconds * 1000);
  const steps = stretches.flatMap(({ weightPercent, since, until = arrived }): WatchedStep[] => {
    const window = wholePeriods(since, new Date(Math.min(until.getTime(), arrived.getTime())), periodSeconds);
    return window === undefined ? [] : [{ ...window, weightPercent }];
  });
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  const { from } = steps[0] ?? last;
  const { until } = last;
  return { window: { from, until, seconds: (Date.parse(until) - Date.parse(from)) / 1000 }, periodSeconds, steps };
}

function wholePeriods(since: Date, before: Date, periodSeconds: number): ClosedWindow | undefined {
  const unit = periodSeconds * 1000;
  const from = Math.ceil(since.getTime() / unit) * unit;
  const until = Math.floor(before.getTime() / unit) * unit;
  if (until <= from) return undefined;
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString(), seconds: (until - from) / 1000 };
}

/**
 * Response times that slow answers are counted by, seconds: what guide A2 allows, and less, so that a release that is
 * slower everywhere is seen before it is too slow.
 */
export const slowerThanSeconds: readonly number[] = [2, 0.5, 0.125];

/** What a load balancer counted for both colours since the release's first public traffic. */
export interface MeasuredRequests {
  /** Over all steps. */
  readonly counts: Compared<RequestCounts>;
  /** Of the last step: under the load that the candidate has now. */
  readonly responseTimes: Compared<ResponseTimes>;
  /** By step and period, oldest first. */
  readonly steps: readonly StepCounts[];
}

/** Nothing was counted, because no whole minute has passed. */
export const nothingMeasured: MeasuredRequests = {
  counts: { candidate: { requests: 0, errors: 0 }, live: { requests: 0, errors: 0 } },
  responseTimes: { candidate: {}, live: {} },
  steps: [],
};

/** One whole hour of public traffic, as the load balancer counted it. */
export interface HourOfTraffic {
  /** ISO 8601 instant at which the hour begins. */
  readonly from: string;
  /** Requests of both colours. */
  readonly requests: number;
  /** Requests of the live colour that failed at most, by `failuresAtMost`. */
  readonly liveErrors: number;
  readonly liveRequests: number;
  /** Requests that one live task had on average; 0 where none was reported. */
  readonly liveRequestsPerTask: number;
}

/** Hours of history that capacity and forecasts look at: two weeks have every day of the week twice. */
export const historyHours = 14 * 24;

/** Mean of the hours, requests in an hour; undefined without any hour. */
export function meanRequestsPerHour(hours: readonly HourOfTraffic[]): number | undefined {
  if (hours.length === 0) return undefined;
  return hours.reduce((sum, hour) => sum + hour.requests, 0) / hours.length;
}

/** Without the hours before the first request: a stage younger than two weeks is measured from then on. */
export function sinceFirstRequest(hours: readonly HourOfTraffic[]): readonly HourOfTraffic[] {
  const first = hours.findIndex(({ requests }) => requests > 0);
  return first === -1 ? [] : hours.slice(first);
}

/** Requests in an hour, on average, in the busiest stretch of so many seconds; of all hours where there are fewer. */
export function busiestRequestsPerHour(hours: readonly HourOfTraffic[], seconds: number): number {
  const length = Math.min(hours.length, Math.max(1, Math.ceil(seconds / 3600)));
  if (length === 0) return 0;
  let sum = hours.slice(0, length).reduce((total, { requests }) => total + requests, 0);
  let most = sum;
  for (const [first, { requests }] of hours.slice(length).entries()) {
    sum += requests - (hours[first]?.requests ?? 0);
    most = Math.max(most, sum);
  }
  return most / length;
}

/** Requests in a minute of the last whole hour; undefined without any hour. */
export function latestRequestsPerMinute(hours: readonly HourOfTraffic[]): number | undefined {
  const latest = hours.at(-1);
  return latest === undefined ? undefined : latest.requests / 60;
}

/** Requests in a minute of the busiest hour, both colours together; undefined where no hour had a request. */
export function busiestRequestsPerMinute(hours: readonly HourOfTraffic[]): number | undefined {
  const most = Math.max(0, ...hours.map(({ requests }) => requests));
  return most > 0 ? most / 60 : undefined;
}

/**
 * Most requests a minute that one live task has been seen to carry well: the busiest hour among those in which the live
 * colour kept to the error threshold (guide A1).
 *
 * An hour's mean is below its busiest minute, so this errs towards asking for more tasks.
 *
 * @returns undefined where no hour had a request
 */
export function provenRequestsPerMinutePerTask(
  hours: readonly HourOfTraffic[],
  errorRatePercent: number,
): number | undefined {
  const healthy = hours.filter(
    ({ liveRequests, liveErrors }) => liveRequests > 0 && 100 * liveErrors <= errorRatePercent * liveRequests,
  );
  const most = Math.max(0, ...healthy.map(({ liveRequestsPerTask }) => liveRequestsPerTask));
  return most > 0 ? most / 60 : undefined;
}
