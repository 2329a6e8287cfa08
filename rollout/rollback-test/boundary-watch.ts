import { type Boundary, liveChangePart } from "./boundaries.ts";

type Weights = Boundary["nulls"][number];

/** Both colours' counts of a period, so far as it is known. */
export interface PeriodCounts {
  candidateRequests: number;
  /** May be a fraction, where failures of the load balancer are shared out. */
  candidateFailures: number;
  liveRequests: number;
  liveFailures: number;
}

/** Computes one boundary of the check, as its queries do. It is told each period when it is over, and asked before. */
export class BoundaryWatch {
  readonly boundary: Boundary;
  readonly #minimumFailing: number;
  readonly #candidate: Scores;
  readonly #live: Scores;
  /** Whether a score was high enough after the last failing period, whatever live does. Without failures it only falls. */
  // Stryker disable next-line BooleanLiteral: where it is true, scores are computed that could not be looked at
  #isHigh = false;

  /** @param minimumFailing fewest failing periods that return traffic */
  constructor(boundary: Boundary, minimumFailing: number) {
    this.boundary = boundary;
    this.#minimumFailing = minimumFailing;
    this.#candidate = new Scores(boundary, boundary.leastRequests);
    this.#live = new Scores(boundary, 1);
  }

  /** Takes a period that is over. */
  end(counts: PeriodCounts): void {
    this.#candidate.end(counts.candidateRequests, counts.candidateFailures);
    this.#live.end(counts.liveRequests, counts.liveFailures);
  }

  /**
   * Whether the boundary is reached within a period.
   *
   * @param counts of the period
   * @param live of live since the first public traffic, the period included
   */
  isReached(counts: PeriodCounts, live: { readonly requests: number; readonly failures: number }): boolean {
    // Stryker disable next-line ConditionalExpression: it only saves time, most of it: nearly always nothing fails
    if (counts.candidateFailures === 0 && !this.#isHigh) return false;
    this.#candidate.count(counts.candidateRequests, counts.candidateFailures);
    if (this.#candidate.failing < this.#minimumFailing) return false;
    if (!(this.#candidate.isFailing || this.#isHigh)) return false;
    const { nulls, liveMargin, threshold = Number.POSITIVE_INFINITY } = this.boundary;
    const { changeThreshold = Number.POSITIVE_INFINITY } = this.boundary;
    this.#live.count(counts.liveRequests, counts.liveFailures);
    // Stryker disable next-line BooleanLiteral: where it is true, scores are computed that could not be looked at
    this.#isHigh = false;
    for (let index = 0; index < nulls.length; index++) {
      const isHigh = this.#candidate.sinceFirst(index) >= threshold;
      const hasChanged = this.#candidate.sinceAny(index) >= changeThreshold;
      if (!(isHigh || hasChanged)) continue;
      this.#isHigh = true;
      const { ratePercent } = nulls[index] as Weights;
      if (100 * (live.failures + liveMargin) > ratePercent * live.requests) continue;
      if (isHigh || this.#live.sinceAny(index) < liveChangePart * changeThreshold) return true;
    }
    return false;
  }
}

/**
 * The scores of a colour, one for each null. A score only falls while nothing fails, so its lowest value is looked for where a
 * failing period begins, and where it stands.
 */
class Scores {
  readonly #boundary: Boundary;
  readonly #leastRequests: number;
  /** The lowest that each score was before a failing period that is over; at most 0, which it was at first. */
  readonly #lowest: Float64Array;
  /** Of the periods that are over. */
  #failingBefore = 0;
  #countedBefore = 0;
  /** Of the period that goes on. */
  #failure = 0;
  #counted = 0;

  constructor(boundary: Boundary, leastRequests: number) {
    this.#boundary = boundary;
    this.#leastRequests = leastRequests;
    this.#lowest = new Float64Array(boundary.nulls.length);
  }

  /** Counts the period that goes on, as far as it is known. */
  count(requests: number, failures: number): void {
    const { failingShare, requestsPerPeriod } = this.#boundary;
    const isFailing = failures > failingShare * requests && requests >= this.#leastRequests;
    this.#failure = isFailing ? Math.min(1, failures) : 0;
    this.#counted = Math.min(requests, requestsPerPeriod);
  }

  end(requests: number, failures: number): void {
    this.count(requests, failures);
    if (this.#failure > 0) {
      for (let index = 0; index < this.#lowest.length; index++) {
        const score = this.#score(index, this.#failingBefore, this.#countedBefore);
        this.#lowest[index] = Math.min(score, this.#lowest[index] as number);
      }
    }
    this.#failingBefore += this.#failure;
    this.#countedBefore += this.#counted;
    this.#failure = 0;
    this.#counted = 0;
  }

  get isFailing(): boolean {
    return this.#failure > 0;
  }

  /** Failing periods since the first public traffic. */
  get failing(): number {
    return this.#failingBefore + this.#failure;
  }

  sinceFirst(index: number): number {
    return this.#score(index, this.failing, this.#countedBefore + this.#counted);
  }

  /** Since the moment that makes it largest. */
  sinceAny(index: number): number {
    const now = this.sinceFirst(index);
    const before = this.#score(index, this.#failingBefore, this.#countedBefore);
    return now - Math.min(now, before, this.#lowest[index] as number);
  }

  #score(index: number, failing: number, counted: number): number {
    const { perFailure, perRequest } = this.#boundary.nulls[index] as Weights;
    return perFailure * failing - perRequest * counted;
  }
}
