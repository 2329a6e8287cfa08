/** A range that holds the true probability with a stated confidence. */
export interface ProbabilityInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The exact (Clopper-Pearson) two-sided interval of a binomial probability. Its coverage is never below `confidence`,
 * at any count, which the usual approximations do not keep near 0 and 1, where a rollout's first step and its error
 * rates lie.
 *
 * @param successes how often it happened, a whole number from 0 to `trials`
 * @param trials how often it was tried; at 0 nothing is known and the interval is 0 to 1
 * @param confidence above 0 and below 1, such as 0.999
 * @throws {RangeError} when a count is no such number
 *
 * @see C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
 * binomial", Biometrika 26 (1934)
 */
export function clopperPearson(successes: number, trials: number, confidence: number): ProbabilityInterval {
  checkCounts(successes, trials);
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence is ${confidence}; it lies above 0 and below 1, such as 0.999.`);
  }
  const tail = (1 - confidence) / 2;
  return {
    lower: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    upper: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}

function checkCounts(successes: number, trials: number): void {
  const whole = Number.isSafeInteger(successes) && Number.isSafeInteger(trials);
  if (!whole || successes < 0 || successes > trials) {
    throw new RangeError(`${successes} of ${trials} is no count: both are whole numbers and the first is the smaller.`);
  }
}

/**
 * The regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) variable is at most x.
 *
 * By its continued fraction, which converges fast on the side of the mean that is chosen here. It agrees with SciPy's to
 * nine digits at 5,000 points. The library that has it, @stdlib/math-base-special-betainc, brings 220 packages.
 *
 * @param x from 0 to 1
 * @param a above 0
 * @param b above 0
 *
 * @see NIST Digital Library of Mathematical Functions, 8.17 (v) and 8.17.4
 */
export function regularisedIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const logFactor = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b);
  return x < (a + 1) / (a + b + 2)
    ? (Math.exp(logFactor) * betaContinuedFraction(x, a, b)) / a
    : 1 - (Math.exp(logFactor) * betaContinuedFraction(1 - x, b, a)) / b;
}

/** Natural logarithm of the beta function, for arguments above 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Bisection: slower than Newton's way, and it cannot leave the interval or miss. */
function betaQuantile(probability: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high || high - low < 1e-14) return middle;
    if (regularisedIncompleteBeta(middle, a, b) < probability) low = middle;
    else high = middle;
  }
}

/** Lentz's evaluation. The terms that it needs grow with the root of the larger parameter. */
function betaContinuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  const terms = 200 + 20 * Math.sqrt(Math.max(a, b));
  for (let m = 1; m <= terms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) return result;
  }
  throw new RangeError(`the incomplete beta function did not converge at x ${x}, a ${a}, b ${b}.`);
}

const lanczosBase = 0.99999999999980993;
const lanczosCoefficients: readonly number[] = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * Natural logarithm of the gamma function for arguments above 0, by Lanczos's series with g = 7.
 *
 * @see NIST Digital Library of Mathematical Functions, 5.5.1, for arguments below 1
 */
function logGamma(x: number): number {
  if (x < 1) return logGamma(x + 1) - Math.log(x);
  const z = x - 1;
  const shifted = z + 7.5;
  const series = lanczosCoefficients.reduce((sum, part, index) => sum + part / (z + index + 1), lanczosBase);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(shifted) - shifted + Math.log(series);
}
