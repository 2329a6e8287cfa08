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
  const logFactor = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b);
  // Stryker disable next-line EqualityOperator: at the bound itself both ways give the same
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
  // Stryker disable next-line EqualityOperator: it is never exactly so wide
  while (high - low > 1e-14) {
    const middle = (low + high) / 2;
    // Stryker disable next-line EqualityOperator: where it is met exactly, either half ends there
    if (regularisedIncompleteBeta(middle, a, b) < probability) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Lentz's evaluation. The terms that it needs grow with the root of the larger parameter. On the side of the mean that is
 * chosen, no denominator is 0. What is no number ends at once.
 */
function betaContinuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    result *= d * c;
    // Stryker disable next-line EqualityOperator: it is a multiple of 2 ** -53 and never exactly so much
    if (!(Math.abs(d * c - 1) >= 1e-15)) return result;
  }
}

const lanczosBase = 0.99999999999980993;
const lanczosCoefficients: readonly number[] = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * Natural logarithm of the gamma function for arguments above 0, by Lanczos's series with g = 7.
 *
 * @see C. Lanczos, "A Precision Approximation of the Gamma Function", SIAM Journal on Numerical Analysis B 1 (1964)
 */
export function logGamma(x: number): number {
  const z = x - 1;
  const shifted = z + 7.5;
  const series = lanczosCoefficients.reduce((sum, part, index) => sum + part / (z + index + 1), lanczosBase);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(shifted) - shifted + Math.log(series);
}
