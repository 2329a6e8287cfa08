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
