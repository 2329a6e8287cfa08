import { clopperPearson, type ProbabilityInterval, regularisedIncompleteBeta } from "../binomial.ts";

/** How many requests were answered, and how many of them with a server error. Whole numbers. */
export interface RequestCounts {
  readonly requests: number;
  readonly errors: number;
}

/**
 * The probability of `errors` errors or more in `requests` requests, of which each fails with `rate`.
 *
 * @param rate from 0 to 1
 * @see NIST Digital Library of Mathematical Functions, 8.17.5: the binomial tail as an incomplete beta function
 */
export function atLeastProbability({ requests, errors }: RequestCounts, rate: number): number {
  if (errors <= 0) return 1;
  return errors > requests ? 0 : regularisedIncompleteBeta(rate, errors, requests - errors + 1);
}

/** The probability of `errors` errors or fewer, computed as itself and not as 1 less the rest. */
export function atMostProbability({ requests, errors }: RequestCounts, rate: number): number {
  return errors >= requests ? 1 : regularisedIncompleteBeta(1 - rate, requests - errors, errors + 1);
}

/**
 * The exact Clopper-Pearson bounds of the error rate, each of them one-sided: the true rate lies below `lower` with a
 * probability of at most 1 - confidence, and above `upper` likewise. A gate fails by the one and passes by the other,
 * so that each error has the stated probability by itself.
 *
 * @param confidence of each bound, above 0.5 and below 1
 */
export function errorRateBounds({ requests, errors }: RequestCounts, confidence: number): ProbabilityInterval {
  checkConfidence(confidence);
  return clopperPearson(errors, requests, 2 * confidence - 1);
}

/**
 * Checks the confidence of a one-sided bound.
 *
 * @throws {RangeError} naming the value and the rule
 */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0.5 && confidence < 1)) {
    throw new RangeError(`confidence is ${confidence}; it lies above 0.5 and below 1: write one such as 0.95.`);
  }
}

/**
 * Checks an error rate's threshold.
 *
 * @throws {RangeError} naming the value and the rule
 */
export function checkThresholdPercent(errorRatePercent: number): void {
  if (!(errorRatePercent > 0 && errorRatePercent <= 100)) {
    throw new RangeError(
      `errorRatePercent is ${errorRatePercent}; it lies above 0 and is at most 100: write one such as 1.`,
    );
  }
}
