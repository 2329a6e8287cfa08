import { narrowingOdds, type OddsRatio, ShareAbove } from "../statistics/share-above.ts";
import { failuresIn, type Period, periodsOf, type StepCounts, unanswered } from "./step-counts.ts";

/** What a candidate's requests can be held against. */
export type Charge = "rate" | "errors" | "refused" | "late" | "unanswered";

/**
 * What part of the whole each charge is. They add up to 1, so that all of them together are wrong as rarely as one alone would
 * be. A bad release most often fails; refusals and late answers are many where they come, and are found with less.
 */
export const chargeParts: Readonly<Record<Charge, number>> = {
  /** More of the candidate's requests fail than the threshold allows. */
  rate: 0.15,
  /** Its requests fail more often than live's. */
  errors: 0.5,
  /** It answers 4xx more often. */
  refused: 0.1,
  /** It answers late more often, by whichever of the times that are counted by. */
  late: 0.15,
  /** Its tasks leave requests unanswered more often. */
  unanswered: 0.1,
};

/** How many of each colour's requests did something in a period. */
export interface Pair {
  readonly candidate: number;
  readonly live: number;
}

/** A charge that live is compared by. */
export type Comparison = Exclude<Charge, "rate">;

/** What each comparison counts of a period: several pairs where there are several ways to see the same. */
export const comparedPairs: Readonly<Record<Comparison, (period: Period) => readonly Pair[]>> = {
  errors: (period) => [failuresIn(period)],
  refused: ({ candidate, live }) => [{ candidate: candidate.refused, live: live.refused }],
  late: ({ candidate, live }) =>
    candidate.slow.map((slow, index) => ({ candidate: slow, live: live.slow[index] ?? 0 })),
  // Of what no task answered, while the load balancer had to answer something itself.
  unanswered: ({ candidate, live }) =>
    candidate.byBalancer === 0 ? [] : [{ candidate: unanswered(candidate), live: unanswered(live) }],
};

/**
 * What each comparison bets on. Failures are rare, so that a few have to show a large difference. A release that refuses
 * everybody has to be found by four requests. Late answers are many.
 */
export const comparisonOdds: Readonly<Record<Comparison, readonly OddsRatio[]>> = {
  errors: narrowingOdds(1.7),
  refused: narrowingOdds(2.7),
  late: narrowingOdds(7.5),
  unanswered: narrowingOdds(1.7),
};

const comparisons = Object.keys(comparisonOdds) as readonly Comparison[];

/** Nothing is compared while one colour has no public traffic, at 0 and at 100 %. */
export function isCompared({ weightPercent }: Pick<StepCounts, "weightPercent">): boolean {
  return weightPercent > 0 && weightPercent < 100;
}

/** How much the counts speak against a candidate: as factors, each 1 where they say nothing. */
export interface EvidenceAgainst {
  /** All charges together. */
  readonly all: number;
  /** Each at that time. */
  readonly of: Readonly<Record<Charge, number>>;
}

/**
 * How much the counts speak against a candidate, at the time at which they spoke most.
 *
 * @param steps since the release's first public traffic, oldest first
 * @param errorRatePercent the threshold (guide A1), above 0 and at most 100
 */
export function evidenceAgainst(steps: readonly StepCounts[], errorRatePercent: number): EvidenceAgainst {
  const ways = Math.max(1, ...steps.map(({ slowerThanSeconds }) => slowerThanSeconds.length));
  const bets = new BetsAgainst(errorRatePercent, ways);
  for (const step of steps) bets.countStep(step.weightPercent, periodsOf(step));
  return bets.most;
}

/**
 * Bets that a candidate is not good, step by step. It is good where it fails no more often than the threshold allows and is
 * like live.
 *
 * While it is, the bets of no charge can be expected to grow, and so neither can their mean, weighted by {@link chargeParts}.
 * So the probability that the mean ever reaches `1 / alpha` is at most `alpha`, at whichever of any number of looks and however
 * the charges hang together. The mean loses nothing where several charges grow at once, as failures and unanswered requests do.
 *
 * Of two colours that are alike, each failure falls on the candidate with its weight's share, whatever else happened in the
 * same period. Steps are counted one by one, since their shares differ.
 *
 * @see V. Vovk, R. Wang, "E-values: Calibration, combination and applications", Annals of Statistics 49 (2021): the mean of
 *   e-values is one, whatever their dependence
 */
export class BetsAgainst {
  readonly #threshold: number;
  readonly #rate = new ShareAbove();
  readonly #comparisons: readonly BetsOf[];
  #most: EvidenceAgainst;

  /**
   * @param errorRatePercent the threshold (guide A1), above 0 and at most 100
   * @param ways by how many times late answers are counted, at least 1
   */
  constructor(errorRatePercent: number, ways: number) {
    this.#threshold = errorRatePercent / 100;
    this.#comparisons = comparisons.map((comparison) => ({
      comparison,
      ways: Array.from({ length: comparison === "late" ? ways : 1 }, () => new ShareAbove(comparisonOdds[comparison])),
    }));
    this.#most = this.#now();
  }

  /** What they were when they spoke most against the candidate. */
  get most(): EvidenceAgainst {
    return this.#most;
  }

  /** Counts a step whole: its periods in the order of time. */
  countStep(weightPercent: number, periods: readonly Period[]): void {
    const allowed = isCompared({ weightPercent }) ? shareInStep(weightPercent, periods) : undefined;
    this.#rate.beginStep();
    if (allowed !== undefined) for (const { ways } of this.#comparisons) for (const way of ways) way.beginStep();
    for (const period of periods) {
      const { requests } = period.candidate;
      // A period counts as one failure at most: its share of failing requests.
      if (requests > 0) this.#rate.count(Math.min(1, failuresIn(period).candidate / requests), 1, this.#threshold);
      if (allowed !== undefined) for (const one of this.#comparisons) count(one, period, allowed);
      if (this.#together() > this.#most.all) this.#most = this.#now();
    }
  }

  #now(): EvidenceAgainst {
    const of = { rate: this.#rate.now, errors: 1, refused: 1, late: 1, unanswered: 1 };
    for (const { comparison, ways } of this.#comparisons) of[comparison] = meanOf(ways);
    return { all: this.#together(), of };
  }

  /** All charges as one: their weighted mean. */
  #together(): number {
    let sum = chargeParts.rate * this.#rate.now;
    for (const { comparison, ways } of this.#comparisons) sum += chargeParts[comparison] * meanOf(ways);
    return sum;
  }
}

/** Of several ways to see the same it is the mean, which can be expected to grow no more than they can. */
function meanOf(ways: readonly ShareAbove[]): number {
  let sum = 0;
  for (const { now } of ways) sum += now;
  return sum / ways.length;
}

interface BetsOf {
  readonly comparison: Comparison;
  readonly ways: readonly ShareAbove[];
}

function count({ comparison, ways }: BetsOf, period: Period, allowed: number): void {
  comparedPairs[comparison](period).forEach(({ candidate, live }, index) => {
    // Stryker disable next-line ConditionalExpression,EqualityOperator: where nothing happened no bet changes, which takes longer
    if (candidate + live > 0) ways[index]?.count(candidate, candidate + live, allowed);
  });
}

/** So many standard deviations above the weight, a share of the requests is not by chance. */
const beyondChance = 3;

/**
 * What share of all that happens in a step is the candidate's, if it is like live: its weight's. Where more of the requests
 * were its own than that gives by chance, as where somebody ties clients to a colour, it is their share.
 *
 * Ties that are too few to be told from chance lift the bets by little, while only a small part of the requests fails.
 *
 * @param weight from 0 to 1
 * @param candidateRequests of the step
 * @param requests of both colours
 */
export function shareOfCandidate(weight: number, candidateRequests: number, requests: number): number {
  const chance = beyondChance * Math.sqrt(requests * weight * (1 - weight));
  return candidateRequests - weight * requests <= chance ? weight : candidateRequests / requests;
}

function shareInStep(weightPercent: number, periods: readonly Period[]): number {
  let ofCandidate = 0;
  let ofBoth = 0;
  for (const { candidate, live } of periods) {
    ofCandidate += candidate.requests;
    ofBoth += candidate.requests + live.requests;
  }
  return shareOfCandidate(weightPercent / 100, ofCandidate, ofBoth);
}

/**
 * Whether a charge is part of why a candidate is refused: all charges together are enough for it, and this one by itself is
 * as much as their mean has to be. Where the first holds, the second does for at least one.
 */
export function isCharged({ all, of }: EvidenceAgainst, charge: Charge, confidence: number): boolean {
  const enough = 1 / (1 - confidence);
  return all >= enough && of[charge] >= enough;
}
