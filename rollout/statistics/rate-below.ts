import { logBeta, regularisedIncompleteBeta } from "./binomial.ts";

/** How many requests were answered, and how many of them failed. Whole numbers. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
}

/**
 * The rates below the threshold that a bet is placed on are weighted by `rate ** (shape - 1)`. With 0.3, a threshold of
 * 1 % is shown by 347 requests without an error. A larger value asks for more of them and for a little fewer where some
 * fail.
 */
const shape = 0.3;

/**
 * How much the counts speak for a failure rate below `rate`, as the factor by which a bet on that has grown.
 *
 * A bet starts at 1. At each request it is multiplied by how much more probable its outcome is under a lower rate than
 * under `rate`, and many lower rates are bet on at once. While the true rate is `rate` or more, no bet can be expected to
 * grow. So the probability that it ever reaches 20, at whichever of any number of looks, is at most 1 in 20 (Ville's
 * inequality). Only the sums matter, and so it makes no difference in which order requests are counted or when somebody
 * looks.
 *
 * A client that sends a failing request again adds failures, which only makes the factor smaller. What is shown is then
 * the share of failures among what clients tried.
 *
 * @param rate from 0 to 1, both excluded
 * @returns from 0; 1 without a request
 *
 * @see J. Ville, "Étude critique de la notion de collectif" (1939)
 * @see H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of Mathematical Statistics
 *   41 (1970): mixtures of likelihood ratios
 * @see S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence
 *   sequences", Annals of Statistics 49 (2021)
 */
export function evidenceBelow({ requests, errors }: Counts, rate: number): number {
  return Math.exp(logEvidenceBelow(requests, errors, rate));
}

/** The logarithm, so that no count overflows: of shape * rate**-shape * integral from 0 to rate of the likelihood ratio. */
function logEvidenceBelow(requests: number, errors: number, rate: number): number {
  const a = errors + shape;
  const b = requests - errors + 1;
  const below = regularisedIncompleteBeta(rate, a, b);
  return (
    Math.log(shape) -
    (errors + shape) * Math.log(rate) -
    (requests - errors) * Math.log1p(-rate) +
    logBeta(a, b) +
    Math.log(below)
  );
}

/** Whether the counts show that at most `rate` of the requests fail, with the given confidence at any number of looks. */
export function showsBelow(counts: Counts, rate: number, confidence: number): boolean {
  if (rate >= 1) return counts.requests > 0;
  // Stryker disable next-line EqualityOperator: it is never exactly so much
  return evidenceBelow(counts, rate) >= 1 / (1 - confidence);
}

/**
 * The highest failure rate that the counts leave open: every higher one is excluded. With the given confidence the true
 * rate is not above it at any look, however often somebody looks.
 *
 * @param confidence above 0.5 and below 1
 * @returns from 0 to 1; 1 without a request, and where every request failed
 */
export function highestRateLeftOpen(counts: Counts, confidence: number): number {
  if (counts.requests === counts.errors) return 1;
  let open = counts.errors / counts.requests;
  let excluded = 1;
  // Stryker disable next-line EqualityOperator: it is never exactly so wide
  while (excluded - open >= 1e-12) {
    const middle = (open + excluded) / 2;
    if (showsBelow(counts, middle, confidence)) excluded = middle;
    else open = middle;
  }
  return excluded;
}

/**
 * How many requests show that at most `rate` of them fail, if `errors` of them do: the smallest count that does.
 *
 * @param rate the threshold, above 0 and at most 1
 * @param confidence above 0.5 and below 1
 * @returns at least 1: no request at all shows nothing, whatever the threshold
 *
 * @example requestsToShow(0.01, 0, 0.95) === 347
 */
export function requestsToShow(rate: number, errors: number, confidence: number): number {
  const shows = (requests: number) => showsBelow({ requests, errors }, rate, confidence);
  let tooFew = Math.max(0, errors - 1);
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
