/**
 * The boundary of one sequential probability ratio test between two error rates: a null that is still good, and an
 * alternative that is bad. The logarithm of the likelihood ratio is linear in failures and requests, so CloudWatch's metric
 * math can compute it: the traffic is returned once `perFailure * failures - perRequest * requests >= threshold`.
 *
 * Failures come in bursts, because a client repeats a request that failed. So the unit is the minute: one in which more than
 * `failingShare` of the requests failed counts one failure, whatever their number, and no minute counts more than
 * `requestsPerMinute` requests. Where a minute has few requests, any failure makes it a failing one.
 *
 * @see Abraham Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (1945), 117-186
 */
export interface Boundary {
  /** Error rate that the test looks for, per cent. */
  readonly alternativePercent: number;
  /** A minute is failing where more than this share of its requests failed. From 0 to 1. */
  readonly failingShare: number;
  /** Most requests that one minute counts. */
  readonly requestsPerMinute: number;
  /** Logarithm of 1 / the probability that a good release ever reaches the boundary. */
  readonly threshold: number;
  /**
   * Failures that are added to live's before its rate is computed, because few requests show a rate only roughly: some where
   * the alternative is near, so that live's rate is not taken to be too low, and less than none where it is far.
   */
  readonly liveMargin: number;
  /** What failures and requests weigh, by the error rate that is still good; rising. The one for live's rate applies. */
  readonly nulls: readonly BoundaryNull[];
}

/** An error rate that is still good, and what failures and requests weigh against it. */
interface BoundaryNull {
  readonly ratePercent: number;
  readonly perFailure: number;
  readonly perRequest: number;
}

/** How likely the check is to return a good release, in a whole rollout, per cent. The shares below add up to it. */
export const checkSharePercent = 0.6;

/** Error rates that the check looks for, and the share of false rollbacks that each may cause, per cent. */
const alternatives = [
  { percent: 2, sharePercent: 0.15, liveMargin: 2 },
  { percent: 5, sharePercent: 0.15, liveMargin: 2 },
  { percent: 10, sharePercent: 0.2, liveMargin: 0 },
  { percent: 20, sharePercent: 0.09, liveMargin: 0 },
  // Three failing minutes are far beyond this threshold. Two early failures of live must not hide that nothing works.
  { percent: 90, sharePercent: 0.01, liveMargin: -2 },
] as const;

/**
 * Multiples of C3 that live's own rate is rounded up to, so that the weights are constants. Where live fails more often than
 * the last one, the check returns nothing: the candidate is not what is wrong.
 */
const nullFactors = [1, 2, 4, 8, 16] as const;

/** How many times the null an alternative is at least. Nearer rates take too many requests to tell apart. */
const leastRatio = 2;

/**
 * The share of a minute's requests above which it counts as failing, as a part of the alternative. Between null and
 * alternative, so that in a minute with many requests the failures of a good release do not count, and those of a bad one
 * do. The tests show that the ratio stays a likelihood bound for any number of requests.
 */
const failingPart = 1 / 1.6;

/** The share of a minute's requests above which it counts as failing where this error rate is looked for. */
export function failingShareFor(alternativePercent: number): number {
  return (alternativePercent / 100) * failingPart;
}

/**
 * The boundaries of the minute check. All of them are watched at once. A release that fails no more often than C3 allows, or
 * than live does, reaches any of them with a probability of at most {@link checkSharePercent}, however often one looks (Ville's
 * inequality: each likelihood ratio is a supermartingale with mean 1).
 *
 * @param objectivePercent C3: error rate that is still good, above 0. Up to 45 % an alternative is left to look for
 */
export function checkBoundaries(objectivePercent: number): readonly Boundary[] {
  return alternatives.flatMap(({ percent, sharePercent, liveMargin }) => {
    const nulls = nullFactors
      .map((factor) => factor * objectivePercent)
      .filter((ratePercent) => percent >= leastRatio * ratePercent)
      .map((ratePercent) => boundaryNull(ratePercent, percent));
    if (nulls.length === 0) return [];
    return [
      {
        alternativePercent: percent,
        failingShare: failingShareFor(percent),
        requestsPerMinute: Math.floor(100 / percent),
        threshold: Math.log(100 / sharePercent),
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
