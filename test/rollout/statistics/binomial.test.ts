import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clopperPearson, regularisedIncompleteBeta } from "../../../rollout/statistics/binomial.ts";

/** P(X >= successes) summed term by term, the definition that the incomplete beta function stands for. */
function upperTail(successes: number, trials: number, probability: number): number {
  let term = (1 - probability) ** trials;
  let below = 0;
  for (let k = 0; k < successes; k++) {
    below += term;
    term *= ((trials - k) / (k + 1)) * (probability / (1 - probability));
  }
  return 1 - below;
}

describe("clopperPearson", () => {
  it.each([
    { successes: 10, trials: 100, confidence: 0.95, lower: 0.049, upper: 0.1762 },
    { successes: 0, trials: 10, confidence: 0.95, lower: 0, upper: 0.3085 },
    { successes: 10, trials: 10, confidence: 0.95, lower: 0.6915, upper: 1 },
    { successes: 5, trials: 30, confidence: 0.95, lower: 0.0564, upper: 0.3472 },
    { successes: 3, trials: 20, confidence: 0.95, lower: 0.0321, upper: 0.3789 },
    { successes: 42, trials: 100, confidence: 0.95, lower: 0.322, upper: 0.5229 },
    { successes: 12, trials: 30, confidence: 0.9, lower: 0.2495, upper: 0.5661 },
    { successes: 85, trials: 120, confidence: 0.99, lower: 0.5904, upper: 0.8092 },
  ])("gives the published $lower to $upper for $successes of $trials at $confidence", (example) => {
    const interval = clopperPearson(example.successes, example.trials, example.confidence);
    expect(interval.lower).toBeCloseTo(example.lower, 4);
    expect(interval.upper).toBeCloseTo(example.upper, 4);
  });

  it("has the closed form of no success: 1 - (tail)^(1/n)", () => {
    const { lower, upper } = clopperPearson(0, 3000, 0.999);
    expect(lower).toBe(0);
    expect(upper).toBeCloseTo(1 - 0.0005 ** (1 / 3000), 12);
  });

  it("knows nothing from no trial", () => {
    expect(clopperPearson(0, 0, 0.999)).toEqual({ lower: 0, upper: 1 });
  });

  it("stays exact at a day's traffic", () => {
    const { lower, upper } = clopperPearson(50_000, 1_000_000, 0.999);
    expect(lower).toBeCloseTo(0.049285, 5);
    expect(upper).toBeCloseTo(0.050721, 5);
  });

  it("puts exactly the tail outside each bound, by the definition", () => {
    const counts = fc
      .integer({ min: 3, max: 300 })
      .chain((trials) => fc.tuple(fc.integer({ min: 1, max: Math.floor(trials / 2) }), fc.constant(trials)));
    fc.assert(
      fc.property(counts, fc.constantFrom(0.9, 0.95, 0.99, 0.999), ([successes, trials], confidence) => {
        const { lower, upper } = clopperPearson(successes, trials, confidence);
        const tail = (1 - confidence) / 2;
        expect(upperTail(successes, trials, lower)).toBeCloseTo(tail, 8);
        expect(1 - upperTail(successes + 1, trials, upper)).toBeCloseTo(tail, 8);
        expect(lower).toBeLessThan(successes / trials);
        expect(upper).toBeGreaterThan(successes / trials);
        const mirrored = clopperPearson(trials - successes, trials, confidence);
        expect(mirrored.lower).toBeCloseTo(1 - upper, 10);
        expect(mirrored.upper).toBeCloseTo(1 - lower, 10);
      }),
      { numRuns: 200 },
    );
  });

  it("refuses what is no count", () => {
    expect(() => clopperPearson(3, 2, 0.95)).toThrow(
      "3 of 2 is no count: both are whole numbers and the first is the smaller.",
    );
    expect(() => clopperPearson(0.5, 2, 0.95)).toThrow(RangeError);
    expect(() => clopperPearson(-1, 2, 0.95)).toThrow("-1 of 2 is no count");
    for (const confidence of [95, 1, 0]) {
      expect(() => clopperPearson(1, 2, confidence)).toThrow(
        `confidence is ${confidence}; it lies above 0 and below 1, such as 0.999.`,
      );
    }
  });
});

describe("regularisedIncompleteBeta", () => {
  it("has the closed forms of its simple cases", () => {
    expect(regularisedIncompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 14);
    expect(regularisedIncompleteBeta(0.3, 4, 1)).toBeCloseTo(0.3 ** 4, 14);
    expect(regularisedIncompleteBeta(0.3, 1, 4)).toBeCloseTo(1 - 0.7 ** 4, 14);
    expect(regularisedIncompleteBeta(0.5, 250, 250)).toBeCloseTo(0.5, 12);
    expect(regularisedIncompleteBeta(0, 2, 3)).toBe(0);
    expect(regularisedIncompleteBeta(1, 2, 3)).toBe(1);
    expect(regularisedIncompleteBeta(0.3, 0.01, 1)).toBeCloseTo(0.3 ** 0.01, 10);
    expect(regularisedIncompleteBeta(Number.NaN, 2, 3)).toBeNaN();
  });
});
