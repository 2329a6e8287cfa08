import { regularisedIncompleteBeta } from "../statistics/binomial.ts";
import { failingShareFor, type PeriodMinutes } from "./boundaries.ts";

/**
 * A sliding window that an alarm watches: it goes off where at least `failingPeriods` of the periods in the last `minutes`
 * minutes are failing ones. It works without the minute check, which is faster.
 */
export interface FailingMinutes {
  readonly minutes: number;
  /** Minutes of a period. */
  readonly periodMinutes: PeriodMinutes;
  readonly failingPeriods: number;
  /** A period is failing where more than this share of its requests failed. 0: where any did. */
  readonly failingShare: number;
  /** A period with fewer requests is not failing: one client that repeats could make it so. 1: each may be. */
  readonly leastRequests: number;
  /** Most requests in the window. Absent where the number of requests does not matter. */
  readonly mostRequests?: number;
}

/** How likely the alarms are to return a good release, in a whole rollout, per cent. Each window gets an equal share. */
export const windowsSharePercent = 0.39;

/** Windows for busy traffic: a share of the requests that no good release fails in so many periods. */
const busyWindows = [
  // With four requests or more it takes three failures in a minute.
  { alternativePercent: 90, minutes: 10, periodMinutes: 1, leastFailing: 7, leastRequests: 4 },
  { alternativePercent: 20, minutes: 30, periodMinutes: 5, leastFailing: 5, leastRequests: 1 },
  { alternativePercent: 5, minutes: 60, periodMinutes: 1, leastFailing: 36, leastRequests: 1 },
] as const;

/** Windows for quiet traffic: so many failures among few requests, in periods within which a client is done repeating. */
const quietWindows = [
  { failingPeriods: 4, minutes: 60, periodMinutes: 5 },
  { failingPeriods: 6, minutes: 60, periodMinutes: 5 },
  { failingPeriods: 9, minutes: 60, periodMinutes: 5 },
] as const;

/** What the windows follow from. */
export interface WindowSettings {
  /** Guide A1: error rate that must not be exceeded, per cent. */
  readonly errorRatePercent: number;
  /** Minutes of the rollout that the share is meant for. */
  readonly rolloutMinutes: number;
  /** Fewest failing periods. A window that has fewer is left out. */
  readonly minimumFailingPeriods: number;
}

/**
 * The windows of the alarms. A release at A1's rate is returned by any of them with a probability of at most
 * {@link windowsSharePercent}, in a rollout as long as the schedule and at least a week, whatever its traffic.
 *
 * They ask whether A1 is exceeded, and not C3: at 100 % live has no traffic that could tell an alarm what is usual.
 */
export function failingMinuteWindows(settings: WindowSettings): readonly FailingMinutes[] {
  const { errorRatePercent, rolloutMinutes, minimumFailingPeriods } = settings;
  const rate = errorRatePercent / 100;
  const share = windowsSharePercent / 100 / (busyWindows.length + quietWindows.length);
  const windows = [
    ...busyWindows
      .filter(({ alternativePercent }) => alternativePercent >= 2 * errorRatePercent)
      .map(({ alternativePercent, ...window }) => {
        const failingShare = failingShareFor(alternativePercent);
        return busyWindow({ ...window, failingShare, rate, share, rolloutMinutes });
      }),
    ...quietWindows.map((window) => quietWindow({ ...window, rate, share, rolloutMinutes })),
  ].filter((window) => window !== undefined);
  return atLeastFailing(windows, minimumFailingPeriods);
}

/** How many periods a window has. */
export function periodsIn({ minutes, periodMinutes }: Pick<FailingMinutes, "minutes" | "periodMinutes">): number {
  return minutes / periodMinutes;
}

/** Raises what is below the minimum. Of windows that become alike, the one with the most requests finds what the others do. */
function atLeastFailing(windows: readonly FailingMinutes[], minimum: number): readonly FailingMinutes[] {
  const raised = windows
    .filter((window) => periodsIn(window) >= minimum)
    .map((window) => ({ ...window, failingPeriods: Math.max(window.failingPeriods, minimum) }));
  const key = (window: FailingMinutes) => `${window.failingPeriods}-of-${periodsIn(window)}`;
  return [...new Map(raised.map((window) => [key(window), window])).values()];
}

interface Allowed {
  readonly minutes: number;
  readonly periodMinutes: PeriodMinutes;
  /** Error rate that is still good, from 0 to 1. */
  readonly rate: number;
  /** Probability of a false alarm in the whole rollout. */
  readonly share: number;
  readonly rolloutMinutes: number;
}

interface BusyWindow extends Allowed {
  readonly leastFailing: number;
  readonly leastRequests: number;
  readonly failingShare: number;
}

/**
 * A window that goes off by chance can be taken to begin with a failing period. So the probability of it is at most the
 * expected number of failing periods in the rollout, times that of enough others within the window after one of them.
 */
function busyWindow({ leastFailing, rate, share, rolloutMinutes, ...window }: BusyWindow): FailingMinutes | undefined {
  const periods = periodsIn(window);
  const failing = likeliestFailing(rate, window);
  const rolloutPeriods = rolloutMinutes / window.periodMinutes;
  for (let failingPeriods = leastFailing; failingPeriods <= periods; failingPeriods++) {
    const falseAlarms = rolloutPeriods * failing * atLeast(failingPeriods - 1, periods - 1, failing);
    // Stryker disable next-line EqualityOperator: it is never exactly so much
    if (falseAlarms <= share) return { ...window, failingPeriods };
  }
  return undefined;
}

/** Requests of a period up to which the probability of a failing one is looked at. It falls beyond. */
const mostRequestsPerPeriod = 1000;

/** The probability that a period fails by chance, at the number of requests at which it is largest. */
function likeliestFailing(
  rate: number,
  { failingShare, leastRequests }: Pick<BusyWindow, "failingShare" | "leastRequests">,
): number {
  let largest = 0;
  // Stryker disable next-line EqualityOperator: it is never the last one
  for (let requests = leastRequests; requests <= mostRequestsPerPeriod; requests++) {
    const needed = Math.floor(failingShare * requests) + 1;
    largest = Math.max(largest, atLeast(needed, requests, rate));
  }
  return largest;
}

/** Periods that one failing client fills, on average, where clients repeat a request some seconds later. */
const periodsPerFailure = 1.5;

/** The most requests at which so many failures within them are rare enough. Undefined where even the fewest are too many. */
function quietWindow({
  failingPeriods,
  ...allowed
}: Allowed & { readonly failingPeriods: number }): FailingMinutes | undefined {
  const { minutes, periodMinutes, share, rolloutMinutes } = allowed;
  const rate = allowed.rate * periodsPerFailure;
  const falseAlarms = (requests: number) =>
    // The traffic that has at most so many requests in each window, and as many as that allows.
    ((rate * requests * rolloutMinutes) / minutes) * atLeast(failingPeriods - 1, requests - 1, rate);
  let mostRequests = failingPeriods - 1;
  // Stryker disable next-line EqualityOperator: it is never exactly so much
  while (falseAlarms(mostRequests + 1) <= share) mostRequests++;
  if (mostRequests < failingPeriods) return undefined;
  return { minutes, periodMinutes, failingPeriods, failingShare: 0, leastRequests: 1, mostRequests };
}

/** The probability of `least` or more, at least 1, among as many `trials` or more, each with `probability`. */
function atLeast(least: number, trials: number, probability: number): number {
  return regularisedIncompleteBeta(probability, least, trials - least + 1);
}
