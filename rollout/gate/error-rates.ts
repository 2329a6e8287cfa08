import { clopperPearson, type ProbabilityInterval, regularisedIncompleteBeta } from "../statistics/binomial.ts";
import { type Compared, checkConfidence, checkThresholdPercent, type RequestCounts } from "./gate-input.ts";
import { countText, type Finding, percentText } from "./verdict.ts";

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
 * How many requests are needed, exactly, to show that the error rate is not above a threshold when `errors` of them
 * fail: the smallest count whose one-sided upper Clopper-Pearson bound is at most the threshold. Without an error it is
 * close to 3 / threshold at 95 %, the rule of three.
 *
 * @param errorRatePercent the threshold, above 0 and at most 100
 * @param errors how many requests failed, a whole number
 * @param confidence of the bound, above 0.5 and below 1
 * @returns at least 1: no request at all shows nothing, whatever the threshold
 * @throws {RangeError} when an argument is out of its range
 *
 * @example requestsToShow(1, 0, 0.95) === 299
 */
export function requestsToShow(errorRatePercent: number, errors: number, confidence: number): number {
  checkThresholdPercent(errorRatePercent);
  checkConfidence(confidence);
  if (!Number.isSafeInteger(errors) || errors < 0) {
    throw new RangeError(`errors is ${errors}; it is a whole number from 0.`);
  }
  const rate = errorRatePercent / 100;
  if (rate === 1) return Math.max(1, errors);
  const shows = (requests: number) => atMostProbability({ requests, errors }, rate) <= 1 - confidence;

  // With as many requests as errors the bound is 100 %, so `errors` itself never shows it.
  let tooFew = errors;
  let enough = Math.max(1, 2 * errors);
  while (!shows(enough)) {
    tooFew = enough;
    enough *= 2;
  }
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (shows(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/**
 * Compares the candidate's error rate with the threshold (guide A1). It fails if the rate is above it at the stated
 * confidence, and passes if it is not above it at that confidence. Otherwise it says how many requests without an error
 * would decide.
 */
export function judgeErrorRate(candidate: RequestCounts, errorRatePercent: number, confidence: number): Finding {
  const { requests, errors } = candidate;
  const { lower, upper } = errorRateBounds(candidate, confidence);
  const certainly = `with ${percentText(confidence)} confidence`;
  const seen = `${countText(errors, "error")} in ${countText(requests, "request")}`;
  const finding = {
    what: "error rate",
    value: `${seen}: ${percentText(lower)} to ${percentText(upper)}`,
    bound: `at most ${errorRatePercent} %`,
  };
  if (lower * 100 > errorRatePercent) {
    return {
      ...finding,
      verdict: "fail",
      sentence: `The candidate had ${seen}: ${certainly} more than ${percentText(lower)} of its requests fail, but only ${errorRatePercent} % may. Roll back and read its logs.`,
    };
  }
  const needed = requestsToShow(errorRatePercent, errors, confidence);
  if (requests >= needed) {
    return {
      ...finding,
      verdict: "pass",
      sentence: `The candidate had ${seen}: ${certainly} no more than ${percentText(upper)} of its requests fail. ${errorRatePercent} % may.`,
    };
  }
  return {
    ...finding,
    verdict: "not enough data",
    sentence:
      requests === 0
        ? `The candidate has had no traffic yet. Wait for ${needed} requests without an error.`
        : `The candidate had ${seen}. That is too few to show ${certainly} that at most ${errorRatePercent} % fail. Wait for ${countText(needed - requests, "more request")} without an error, ${needed} in all.`,
  };
}

/**
 * Compares the candidate's error rate with the live colour's over the same time. It can only refuse: a candidate that is
 * as bad as a bad live colour is not good, and overlapping bounds prove nothing.
 *
 * The allowed probability of error is shared between the two bounds, half each (Bonferroni), so that both hold together
 * with the stated confidence.
 */
export function judgeAgainstLive({ candidate, live }: Compared<RequestCounts>, confidence: number): Finding {
  const splitConfidence = 1 - (1 - confidence) / 2;
  const ofCandidate = errorRateBounds(candidate, splitConfidence);
  const ofLive = errorRateBounds(live, splitConfidence);
  const finding = {
    what: "error rate against live",
    value: `${countText(candidate.errors, "error")} in ${countText(candidate.requests, "request")}: at least ${percentText(ofCandidate.lower)}`,
    bound: `live's ${countText(live.errors, "error")} in ${countText(live.requests, "request")}: at most ${percentText(ofLive.upper)}`,
  };
  const certainly = `with ${percentText(confidence)} confidence (${percentText(splitConfidence)} for each of the two bounds)`;
  if (ofCandidate.lower > ofLive.upper) {
    return {
      ...finding,
      verdict: "fail",
      sentence: `The candidate fails more often than the live colour did over the same time, ${certainly}. Roll back and compare the two versions' logs.`,
    };
  }
  return {
    ...finding,
    verdict: "no objection",
    sentence:
      live.requests === 0
        ? "The live colour had no requests in this time, so there is nothing to compare the candidate with."
        : `Nothing shows that the candidate fails more often than the live colour (${certainly}). This alone does not let a step pass.`,
  };
}
