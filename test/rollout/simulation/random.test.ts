import { describe, expect, it } from "vitest";
import { type Draws, drawBinomial, seededDraws } from "../../../rollout/simulation/random.ts";
import { clopperPearson } from "../../../rollout/statistics/binomial.ts";

const draws = 200_000;

/** Holds the share of draws that are at most each bound against the exact probability, by an interval that errs once in a million. */
function expectShares(draw: (draws: Draws) => number, probabilityAtMost: (bound: number) => number, bounds: number[]) {
  const generator = seededDraws(20_261_126);
  const drawn = Array.from({ length: draws }, () => draw(generator));
  for (const bound of bounds) {
    const { lower, upper } = clopperPearson(drawn.filter((value) => value <= bound).length, draws, 1 - 1e-6);
    const exact = probabilityAtMost(bound);
    expect([bound, lower <= exact && exact <= upper]).toEqual([bound, true]);
  }
}

/** P(X <= bound), summed term by term. */
function poissonAtMost(mean: number, bound: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let events = 1; events <= bound; events++) {
    term *= mean / events;
    sum += term;
  }
  return sum;
}

function binomialAtMost(trials: number, probability: number, bound: number): number {
  let term = (1 - probability) ** trials;
  let sum = term;
  for (let successes = 1; successes <= bound; successes++) {
    term *= ((trials - successes + 1) / successes) * (probability / (1 - probability));
    sum += term;
  }
  return sum;
}

describe("seededDraws", () => {
  it("repeats itself by its seed, and by no other", () => {
    const of = (seed: number) => Array.from({ length: 50 }, seededDraws(seed).uniform);
    expect(of(7)).toEqual(of(7));
    expect(of(7).filter((value, index) => value === of(8)[index])).toEqual([]);
    expect(of(7).every((value) => value > 0 && value < 1)).toBe(true);
  });

  it.each([0.03, 1, 9.9, 10, 37, 400])("draws Poisson counts of mean %d", (mean) => {
    const root = Math.sqrt(mean);
    const bounds = [-2, -1, 0, 1, 2].map((by) => Math.max(0, Math.round(mean + by * root)));
    expectShares(
      ({ poisson }) => poisson(mean),
      (bound) => poissonAtMost(mean, bound),
      bounds,
    );
  });

  it.each([0.03, 1, 12])("draws Poisson counts of mean %d that are not 0", (mean) => {
    const none = Math.exp(-mean);
    expectShares(
      ({ poissonFromOne }) => poissonFromOne(mean),
      (bound) => (poissonAtMost(mean, bound) - none) / (1 - none),
      [1, 2, 3, 10, 14],
    );
  });

  it.each([0.001, 0.2, 0.9])("waits for an event of probability %d", (probability) => {
    expectShares(
      ({ failuresBeforeSuccess }) => failuresBeforeSuccess(probability),
      (bound) => 1 - (1 - probability) ** (bound + 1),
      [0, 1, 5, 700, 3000],
    );
  });

  it.each([
    [1, 0.3],
    [40, 0.02],
    [40, 0.7],
  ])("draws successes among %d trials of probability %d", (trials, probability) => {
    expectShares(
      ({ binomial }) => binomial(trials, probability),
      (bound) => binomialAtMost(trials, probability, bound),
      [0, 1, 2, 25, 28, 31],
    );
  });

  it("needs no luck at the ends", () => {
    const { binomial, failuresBeforeSuccess } = seededDraws(1);
    expect([binomial(9, 0), binomial(9, 1), binomial(0, 0.5)]).toEqual([0, 9, 0]);
    expect([failuresBeforeSuccess(0), failuresBeforeSuccess(1)]).toEqual([Number.POSITIVE_INFINITY, 0]);
  });

  it("takes no draw where nothing is left to chance, so that the ones after it stay the same", () => {
    const draws = seededDraws(1);
    for (const probability of [0, 1]) draws.failuresBeforeSuccess(probability);
    for (const [trials, probability] of [
      [9, 0],
      [9, 1],
      [0, 0.5],
    ] as const)
      draws.binomial(trials, probability);
    expect(draws.uniform()).toBe(seededDraws(1).uniform());
  });

  it("has another sequence for a seed that differs above 32 bits", () => {
    expect(seededDraws(7 + 2 ** 32).uniform()).not.toBe(seededDraws(7).uniform());
  });
});

describe("drawBinomial", () => {
  /** What it draws from these uniform numbers, and how many of them it leaves. */
  function draw(trials: number, probability: number, ...uniforms: number[]) {
    const drawn = drawBinomial(trials, probability, () => uniforms.shift() ?? Number.NaN);
    return [drawn, uniforms.length];
  }

  it("jumps from one success to the next", () => {
    // At 0.25 the trials until a success are floor(ln u / ln 0.75) + 1: for 0.5 they are 3, for 0.9 one, for 0.01 17.
    expect(draw(10, 0.25, 0.5, 0.9, 0.01, 0.5)).toEqual([2, 1]);
    expect(draw(4, 0.25, 0.5, 0.9, 0.01, 0.5)).toEqual([2, 1]);
    expect(draw(3, 0.25, 0.5, 0.9, 0.01, 0.5)).toEqual([1, 2]);
    expect(draw(2, 0.25, 0.5, 0.9, 0.01, 0.5)).toEqual([0, 3]);
  });

  it("counts the failures where they are the fewer", () => {
    expect(draw(10, 0.75, 0.5, 0.9, 0.01, 0.5)).toEqual([8, 1]);
    // At one half both are as many: it counts the successes. For 0.4 it waits 2 trials, for 0.9 one, for 0.001 10.
    expect(draw(10, 0.5, 0.4, 0.9, 0.001, 0.5)).toEqual([2, 1]);
  });
});
