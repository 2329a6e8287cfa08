import type { Compared, RequestCounts, ResponseTimes } from "./gate/gate-input.ts";
import type { RolloutRecord } from "./record.ts";

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

const hour = 3600;
const day = 24 * hour;

/**
 * CloudWatch keeps minutes for 15 days, five minutes for 63 days and hours after that, and answers nothing for a period
 * that is no multiple of what it keeps. An hour before such a limit the coarser one holds already, since the age is judged
 * when the call arrives, and by a clock that is not this one.
 *
 * @see CloudWatch API Reference, "MetricStat", Period
 */
function resolutionSeconds(ageSeconds: number): number {
  if (ageSeconds < 15 * day - hour) return 60;
  return ageSeconds < 63 * day - hour ? 300 : 3600;
}

/**
 * The whole minutes (five minutes, hours) between `since` and `now`: the first one is left out where something else was
 * true in its beginning, the last one until its metrics have arrived.
 *
 * @returns undefined where no whole one lies between
 */
export function closedWindow(since: Date, now: Date): ClosedWindow | undefined {
  const ageSeconds = (now.getTime() - since.getTime()) / 1000;
  const unit = resolutionSeconds(ageSeconds) * 1000;
  const from = Math.ceil(since.getTime() / unit) * unit;
  const until = Math.floor((now.getTime() - arrivalSeconds * 1000) / unit) * unit;
  if (until <= from) return undefined;
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString(), seconds: (until - from) / 1000 };
}

/**
 * How long a time each count of a window is read over, in seconds: a minute, unless the window is so old that CloudWatch
 * may keep no minutes for its beginning. The period divides the window.
 */
export function countingPeriodSeconds({ seconds }: Pick<ClosedWindow, "seconds">): number {
  if (seconds < 14 * day) return 60;
  return [hour, 300].find((period) => seconds % period === 0) ?? 60;
}

/**
 * Since when what runs now has been watched: under traffic since the step began, and at weight 0 since the last update
 * that changed anything, such as the candidate's image.
 */
export function watchedSince(record: RolloutRecord): Date {
  const latest = record.weightPercent > 0 ? record.since : (record.history.at(-1)?.at ?? record.since);
  return new Date(latest);
}

/** What a load balancer counted for both colours over one closed window. */
export interface MeasuredRequests {
  readonly counts: Compared<RequestCounts>;
  readonly responseTimes: Compared<ResponseTimes>;
}

/** Nothing was counted, because no whole minute has passed. */
export const nothingMeasured: MeasuredRequests = {
  counts: { candidate: { requests: 0, errors: 0 }, live: { requests: 0, errors: 0 } },
  responseTimes: { candidate: {}, live: {} },
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
