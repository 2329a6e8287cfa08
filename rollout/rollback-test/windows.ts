import { regularisedIncompleteBeta } from "../statistics/binomial.ts";
import { failingShareFor } from "./boundaries.ts";

/**
 * A sliding window that an alarm watches: it goes off where at least `failingMinutes` of the last `minutes` minutes are
 * failing ones. It finds a release that turns bad later, which the boundaries forgive for all that went well before, and it
 * works without the minute check.
 */
export interface FailingMinutes {
  readonly minutes: number;
  readonly failingMinutes: number;
  /** A minute is failing where more than this share of its requests failed. 0: where any did. */
  readonly failingShare: number;
  /** Most requests in the window. Absent where the number of requests does not matter. */
  readonly mostRequests?: number;
}

/** How likely the alarms are to return a good release, in a whole rollout, per cent. Each window gets an equal share. */
export const windowsSharePercent = 0.4;

/** Minutes of a rollout that the share is meant for, at least. A gate that lacks data may keep a step for days. */
const leastRolloutMinutes = 7 * 24 * 60;

/** Windows for busy minutes: a share of the requests that no good release fails in so many minutes. */
const busyWindows = [
  { alternativePercent: 90, minutes: 10, leastFailing: 7 },
  { alternativePercent: 20, minutes: 20, leastFailing: 13 },
  { alternativePercent: 5, minutes: 60, leastFailing: 36 },
] as const;

/** Windows for quiet minutes: so many failures among few requests. */
const quietWindows = [
  { failingMinutes: 4, minutes: 60 },
  { failingMinutes: 6, minutes: 60 },
  { failingMinutes: 9, minutes: 60 },
] as const;

/** What the windows follow from. */
export interface WindowSettings {
  /** Guide A1: error rate that must not be exceeded, per cent. */
  readonly errorRatePercent: number;
  /** Seconds that the schedule's bakes take together. */
  readonly scheduleSeconds: number;
  /** Fewest failing minutes. A window that is shorter is left out. */
  readonly minimumFailingMinutes: number;
}

/**
 * The windows of the alarms. A release at A1's rate is returned by any of them with a probability of at most
 * {@link windowsSharePercent}, in a rollout as long as the schedule and at least a week, whatever its traffic.
 *
 * They ask whether A1 is exceeded, and not C3: at 100 % live has no traffic that could tell an alarm what is usual.
 */
export function failingMinuteWindows(settings: WindowSettings): readonly FailingMinutes[] {
  const { errorRatePercent, scheduleSeconds, minimumFailingMinutes } = settings;
  const rate = errorRatePercent / 100;
  const share = windowsSharePercent / 100 / (busyWindows.length + quietWindows.length);
  const rolloutMinutes = Math.max(leastRolloutMinutes, scheduleSeconds / 60);
  const windows = [
    ...busyWindows
      .filter(({ alternativePercent }) => alternativePercent >= 2 * errorRatePercent)
      .map(({ alternativePercent, minutes, leastFailing }) => {
        const failingShare = failingShareFor(alternativePercent);
        return busyWindow({ leastFailing, failingShare, minutes, rate, share, rolloutMinutes });
      }),
    ...quietWindows.map((window) => quietWindow({ ...window, rate, share, rolloutMinutes })),
  ].filter((window) => window !== undefined);
  return atLeastFailing(windows, minimumFailingMinutes);
}

/** Raises what is below the minimum. Of windows that become alike, the one with the most requests finds what the others do. */
function atLeastFailing(windows: readonly FailingMinutes[], minimum: number): readonly FailingMinutes[] {
  const raised = windows
    .filter(({ minutes }) => minutes >= minimum)
    .map((window) => ({ ...window, failingMinutes: Math.max(window.failingMinutes, minimum) }));
  const key = ({ minutes, failingMinutes }: FailingMinutes) => `${failingMinutes}-of-${minutes}`;
  return [...new Map(raised.map((window) => [key(window), window])).values()];
}

interface Allowed {
  readonly minutes: number;
  /** Error rate that is still good, from 0 to 1. */
  readonly rate: number;
  /** Probability of a false alarm in the whole rollout. */
  readonly share: number;
  readonly rolloutMinutes: number;
}

/**
 * A window that goes off by chance can be taken to begin with a failing minute. So the probability of it is at most the
 * expected number of failing minutes in the rollout, times that of enough others within the window after one of them.
 */
function busyWindow({
  failingShare,
  leastFailing,
  ...allowed
}: Allowed & { readonly failingShare: number; readonly leastFailing: number }): FailingMinutes | undefined {
  const { minutes, rate, share, rolloutMinutes } = allowed;
  const failing = likeliestFailingMinute(rate, failingShare);
  for (let failingMinutes = leastFailing; failingMinutes <= minutes; failingMinutes++) {
    const falseAlarms = rolloutMinutes * failing * atLeast(failingMinutes - 1, minutes - 1, failing);
    if (falseAlarms <= share) return { minutes, failingMinutes, failingShare };
  }
  return undefined;
}

/** Requests of a minute up to which the probability of a failing minute is looked at. It falls beyond. */
const mostRequestsPerMinute = 1000;

/** The probability that a minute fails by chance, at the number of requests at which it is largest. */
function likeliestFailingMinute(rate: number, failingShare: number): number {
  let largest = 0;
  for (let requests = 1; requests <= mostRequestsPerMinute; requests++) {
    const needed = Math.floor(failingShare * requests) + 1;
    largest = Math.max(largest, atLeast(needed, requests, rate));
  }
  return largest;
}

/** Minutes that one failing client fills, on average, where clients repeat a request some seconds later. */
const minutesPerFailure = 1.5;

/** The most requests at which so many failures within them are rare enough. Undefined where even the fewest are too many. */
function quietWindow({
  failingMinutes,
  ...allowed
}: Allowed & { readonly failingMinutes: number }): FailingMinutes | undefined {
  const { minutes, share, rolloutMinutes } = allowed;
  const rate = allowed.rate * minutesPerFailure;
  const falseAlarms = (requests: number) =>
    // The traffic that has at most so many requests in each window, and as many as that allows.
    ((rate * requests * rolloutMinutes) / minutes) * atLeast(failingMinutes - 1, requests - 1, rate);
  let mostRequests = failingMinutes - 1;
  while (falseAlarms(mostRequests + 1) <= share) mostRequests++;
  return mostRequests < failingMinutes ? undefined : { minutes, failingMinutes, failingShare: 0, mostRequests };
}

/** The probability of `least` or more among `trials`, each with `probability`. */
function atLeast(least: number, trials: number, probability: number): number {
  if (least <= 0) return 1;
  return least > trials ? 0 : regularisedIncompleteBeta(probability, least, trials - least + 1);
}
