/**
 * The boundary of a sequential probability ratio test between two error rates: a null that is still good, and an alternative
 * that is bad. The logarithm of the likelihood ratio is linear in failures and requests, so CloudWatch's metric math can
 * compute it. The traffic is returned once `perFailure * failures - perRequest * requests` reaches a threshold, counted
 *
 * - since the release's first public traffic: {@link threshold}, or
 * - since whichever later moment makes it largest: {@link changeThreshold}. That finds a release that turns bad late, and
 *   forgets what went well before (a CUSUM test).
 *
 * Failures come in bursts, because a client repeats a request that failed. So the unit is a period of one or five minutes: one
 * in which more than `failingShare` of the requests failed counts one failure, whatever their number, and no period counts
 * more than `requestsPerPeriod` requests. Where a period has few requests, any failure makes it a failing one.
 *
 * @see Abraham Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (1945), 117-186
 * @see E. S. Page, "Continuous Inspection Schemes", Biometrika 41 (1954), 100-115: the test for a change
 */
export interface Boundary {
  /** Error rate that the test looks for, per cent. */
  readonly alternativePercent: number;
  /** Minutes of a period, which starts at a multiple of them. */
  readonly periodMinutes: PeriodMinutes;
  /** A period is failing where more than this share of its requests failed. From 0 to 1. */
  readonly failingShare: number;
  /** A period with fewer requests is not failing: one client that repeats could make it so. 1: each may be. */
  readonly leastRequests: number;
  /** Most requests that one period counts. */
  readonly requestsPerPeriod: number;
  /** Logarithm of 1.26 / the probability that a good release ever reaches the boundary, since its first traffic. */
  readonly threshold?: number;
  /** The same since any moment: the logarithm of 1.26 times the number of periods / the probability. */
  readonly changeThreshold?: number;
  /**
   * Failures that are added to live's before its rate is computed, because few requests show a rate only roughly: some where
   * the alternative is near, so that live's rate is not taken to be too low, and less than none where it is far.
   */
  readonly liveMargin: number;
  /** What failures and requests weigh, by the error rate that is still good; rising. The one for live's rate applies. */
  readonly nulls: readonly BoundaryNull[];
}

/** The lengths of periods that failures are counted by. A client that repeats a request is done within the longer one. */
export const periodsMinutes = [1, 5] as const;

export type PeriodMinutes = (typeof periodsMinutes)[number];

/** An error rate that is still good, and what failures and requests weigh against it. */
interface BoundaryNull {
  readonly ratePercent: number;
  readonly perFailure: number;
  readonly perRequest: number;
}

/** How likely the check is to return a good release, in a whole rollout, per cent. The shares below add up to it. */
export const checkSharePercent = 0.61;

/**
 * Error rates that the check looks for, and the share of false rollbacks that each may cause, per cent: since the first traffic
 * and since any moment.
 *
 * Three early failures of live must not hide that nothing works, so the first has a margin below 0. In a minute with 3 or more
 * requests it takes 2 failures to make it failing; for 20 and 5 %, as many among 8 and 32.
 */
const alternatives = [
  { percent: 90, periodMinutes: 1, sharePercent: 0.002, liveMargin: -3 },
  { percent: 20, periodMinutes: 1, sharePercent: 0.00002, liveMargin: 0 },
  { percent: 20, periodMinutes: 5, sharePercent: 0.06, changeSharePercent: 0.04, liveMargin: 0 },
  { percent: 10, periodMinutes: 5, sharePercent: 0.13798, liveMargin: 0 },
  { percent: 5, periodMinutes: 5, sharePercent: 0.1, changeSharePercent: 0.03, liveMargin: 2 },
  { percent: 2, periodMinutes: 5, sharePercent: 0.1, changeSharePercent: 0.03, liveMargin: 2 },
  { percent: 90, periodMinutes: 5, changeSharePercent: 0.04, liveMargin: 0 },
  { percent: 90, periodMinutes: 1, changeSharePercent: 0.01, liveMargin: 2, leastRequests: 3 },
  { percent: 20, periodMinutes: 1, changeSharePercent: 0.03, liveMargin: 0, leastRequests: 8 },
  { percent: 5, periodMinutes: 1, changeSharePercent: 0.03, liveMargin: 2, leastRequests: 32 },
] as const satisfies readonly Alternative[];

interface Alternative {
  readonly percent: number;
  readonly periodMinutes: PeriodMinutes;
  readonly sharePercent?: number;
  readonly changeSharePercent?: number;
  readonly liveMargin: number;
  readonly leastRequests?: number;
}

/**
 * Live has turned bad at the same time where it reaches this part of the threshold for a change: one or two failing periods,
 * however few requests they have. Then the candidate is not what is wrong.
 */
export const liveChangePart = 0.125;

/**
 * The check looks each minute, and so within a period of five, whose failures may still become too few among its requests.
 * Whoever looks after each request and stops at the best time has a mean likelihood ratio of at most this in a period.
 */
export const looksWithinPeriod = 1.26;

/**
 * Multiples of C3 that live's own rate is rounded up to, so that the weights are constants. Where live fails more often than
 * the last one, the check returns nothing: the candidate is not what is wrong.
 */
const nullFactors = [1, 2, 4, 8, 16] as const;

/** How many times the null an alternative is at least. Nearer rates take too many requests to tell apart. */
const leastRatio = 2;

/**
 * The share of a period's requests above which it counts as failing, as a part of the alternative. Between null and
 * alternative, so that in a period with many requests the failures of a good release do not count, and those of a bad one
 * do. The tests show that the ratio stays a likelihood bound for any number of requests.
 */
const failingPart = 1 / 1.6;

/** The share of a period's requests above which it counts as failing where this error rate is looked for. */
export function failingShareFor(alternativePercent: number): number {
  return (alternativePercent / 100) * failingPart;
}

/** What the boundaries follow from. */
export interface BoundarySettings {
  /** C3: error rate that is still good, above 0. Up to 45 % an alternative is left to look for. */
  readonly objectivePercent: number;
  /** Minutes of the rollout that the shares are meant for. */
  readonly rolloutMinutes: number;
}

/**
 * The boundaries of the minute check. All of them are watched at once. A release that fails no more often than C3 allows, or
 * than live does, reaches any of them with a probability of at most {@link checkSharePercent}, however often one looks (Ville's
 * inequality: each likelihood ratio is a supermartingale with mean 1). For a change there is one such ratio for each period
 * that may be its first, so the share is divided by their number.
 */
export function checkBoundaries({ objectivePercent, rolloutMinutes }: BoundarySettings): readonly Boundary[] {
  return alternatives.flatMap((alternative: Alternative) => {
    const { percent, periodMinutes, sharePercent, changeSharePercent, liveMargin, leastRequests = 1 } = alternative;
    const nulls = nullFactors
      .map((factor) => factor * objectivePercent)
      .filter((ratePercent) => percent >= leastRatio * ratePercent)
      .map((ratePercent) => boundaryNull(ratePercent, percent));
    if (nulls.length === 0) return [];
    const periods = rolloutMinutes / periodMinutes;
    const thresholdFor = (percent: number) => Math.log((100 * looksWithinPeriod) / percent);
    return [
      {
        alternativePercent: percent,
        periodMinutes,
        failingShare: failingShareFor(percent),
        leastRequests,
        requestsPerPeriod: Math.floor(100 / percent),
        ...(sharePercent === undefined ? {} : { threshold: thresholdFor(sharePercent) }),
        ...(changeSharePercent === undefined ? {} : { changeThreshold: thresholdFor(changeSharePercent / periods) }),
        liveMargin,
        nulls,
      },
    ];
  });
}

function boundaryNull(ratePercent: number, alternativePercent: number): BoundaryNull {
  const [good, bad] = [ratePercent / 100, alternativePercent / 100];
  const perRequest = Math.log((1 - good) / (1 - bad));
  return { ratePercent, perFailure: Math.log(bad / good) + perRequest, perRequest };
}
