import { atMostProbability, checkConfidence, checkThresholdPercent } from "./tails.ts";

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
