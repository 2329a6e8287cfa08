import { logGamma } from "../statistics/binomial.ts";

/** Draws of one seeded generator: the same seed gives the same draws, on every machine. */
export interface Draws {
  /** Above 0 and below 1. */
  uniform(): number;
  /** How many events happen where `mean` are expected. */
  poisson(mean: number): number;
  /** The same where at least one happens. */
  poissonFromOne(mean: number): number;
  /** How many trials fail before the first that succeeds; infinite where none can. */
  failuresBeforeSuccess(probability: number): number;
  /** How many of `trials` succeed. */
  binomial(trials: number, probability: number): number;
}

/**
 * Uniform draws by `sfc32`, which passes PractRand and needs no more than additions and shifts of 32 bits.
 *
 * @param low of the seed, 32 bits
 * @param high of the seed, 32 bits
 * @returns draws above 0 and below 1
 * @see C. Doty-Humphrey, PractRand, sfc32
 */
export function seededUniform(low: number, high: number): () => number {
  let a = low >>> 0;
  let b = high >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The first draws of similar seeds are similar.
  for (let drawn = 0; drawn < 16; drawn++) next();
  return () => (next() + 0.5) / 2 ** 32;
}

/** How many of `trials` succeed, by as many uniform draws as there are successes. */
export function drawBinomial(trials: number, probability: number, uniform: () => number): number {
  if (probability <= 0 || trials <= 0) return 0;
  if (probability >= 1) return trials;
  // Waiting times between successes.
  const rare = Math.min(probability, 1 - probability);
  const scale = Math.log1p(-rare);
  let successes = -1;
  let passed = 0;
  do {
    passed += Math.floor(Math.log(uniform()) / scale) + 1;
    successes += 1;
  } while (passed <= trials);
  return probability === rare ? successes : trials - successes;
}

/**
 * A seeded generator of draws.
 *
 * @param seed a whole number; each gives another sequence
 */
export function seededDraws(seed: number): Draws {
  const uniform = seededUniform(seed, Math.floor(seed / 2 ** 32));

  const poisson = (mean: number): number => {
    if (mean >= 10) return poissonByRejection(mean, uniform);
    let below = Math.exp(-mean);
    let term = below;
    let events = 0;
    const drawn = uniform();
    // The sum comes nearer to 1 than the largest draw.
    // Stryker disable next-line EqualityOperator: a draw hits the end of a count's part once in billions, and either count will do
    while (drawn > below) {
      events += 1;
      term *= mean / events;
      below += term;
    }
    return events;
  };

  return {
    uniform,
    poisson,
    poissonFromOne(mean) {
      // The first event of a unit of time comes at `at`, given that one comes; the rest of it is as ever.
      const at = -Math.log1p(uniform() * Math.expm1(-mean));
      return 1 + poisson(mean - at);
    },
    failuresBeforeSuccess(probability) {
      if (probability <= 0) return Number.POSITIVE_INFINITY;
      return probability >= 1 ? 0 : Math.floor(Math.log(uniform()) / Math.log1p(-probability));
    },
    binomial: (trials, probability) => drawBinomial(trials, probability, uniform),
  };
}

/** Poisson counts of one mean by a table: a few steps a draw, where {@link Draws.poisson} needs powers or logarithms. */
export class PoissonTable {
  readonly #atMost: readonly number[];
  /** For each of 256 equal parts of the unit interval, the count to begin the search at: the search is shorter, and ends at the same. */
  readonly #begin: Uint32Array;

  /** @param mean above 0 and up to some thousands */
  constructor(mean: number) {
    const last = Math.ceil(mean + 12 * Math.sqrt(mean) + 20);
    const logMean = Math.log(mean);
    let sum = 0;
    // Stryker disable next-line ArithmeticOperator: the search ends at the length at the latest, which no draw comes to
    this.#atMost = Array.from({ length: last + 1 }, (_, events) => {
      sum += Math.exp(events * logMean - mean - logGamma(events + 1));
      return sum;
    });
    let events = 0;
    // Stryker disable next-line ObjectLiteral,BlockStatement: the search begins at 0, and ends at the same count
    this.#begin = Uint32Array.from({ length: 256 }, (_, part) => {
      // Stryker disable next-line ConditionalExpression,EqualityOperator,LogicalOperator: as above, or one count earlier
      while ((this.#atMost[events] ?? 1) <= part / 256) events += 1;
      return events;
    });
  }

  /** @param uniform a draw above 0 and below 1 */
  at(uniform: number): number {
    const atMost = this.#atMost;
    // Stryker disable next-line ArithmeticOperator,LogicalOperator: the search begins earlier, and ends at the same count
    let events = this.#begin[(uniform * 256) | 0] ?? 0;
    // Stryker disable next-line EqualityOperator: a draw hits the end of a count's part once in billions, and either count will do
    while ((atMost[events] ?? 1) <= uniform) events += 1;
    return events;
  }
}

/**
 * Hörmann's transformed rejection with squeeze, for a mean of 10 or more.
 *
 * @see W. Hörmann, "The transformed rejection method for generating Poisson random variables", Insurance: Mathematics and
 * Economics 12 (1993), algorithm PTRS
 */
export function poissonByRejection(mean: number, uniform: () => number): number {
  const root = Math.sqrt(mean);
  const b = 0.931 + 2.53 * root;
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  const logMean = Math.log(mean);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const distance = 0.5 - Math.abs(u);
    const events = Math.floor(((2 * a) / distance + b) * u + mean + 0.43);
    // Stryker disable next-line ConditionalExpression,EqualityOperator: it saves the logarithms, and takes what they would take
    if (distance >= 0.07 && v <= squeeze) return events;
    // Stryker disable next-line ConditionalExpression,EqualityOperator: the second saves the logarithms, and refuses what they would
    if (events < 0 || (distance < 0.013 && v > distance)) continue;
    const bound = events * logMean - mean - logGamma(events + 1);
    // Stryker disable next-line EqualityOperator: a draw hits the bound once in billions, and either answer will do
    if (Math.log(v) + Math.log(inverseAlpha) - Math.log(a / distance ** 2 + b) <= bound) return events;
  }
}
