/** One whole hour of public traffic, as the load balancer counted it. */
export interface HourOfTraffic {
  /** ISO 8601 instant at which the hour begins. */
  readonly from: string;
  /** Requests of both colours. */
  readonly requests: number;
  /** Requests of the live colour that it answered with 5xx or did not take. */
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
