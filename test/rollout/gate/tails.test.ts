import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atLeastProbability, atMostProbability, errorRateBounds } from "../../../rollout/gate/tails.ts";

describe("errorRateBounds", () => {
  it("has an upper bound of about 3 / n without an error, at 95 % one-sided", () => {
    for (const requests of [100, 300, 1000, 30_000]) {
      const { lower, upper } = errorRateBounds({ requests, errors: 0 }, 0.95);
      expect(lower).toBe(0);
      expect(upper).toBeCloseTo(1 - 0.05 ** (1 / requests), 12);
      expect(upper * requests).toBeGreaterThan(2.95);
      expect(upper * requests).toBeLessThan(3);
    }
  });

  // A one-sided 97.5 % bound is one end of the two-sided 95 % interval of the published tables.
  it.each([
    { errors: 10, requests: 100, lower: 0.049, upper: 0.1762 },
    { errors: 3, requests: 20, lower: 0.0321, upper: 0.3789 },
    { errors: 0, requests: 10, lower: 0, upper: 0.3085 },
  ])("gives the tables' $lower to $upper for $errors of $requests", ({ errors, requests, lower, upper }) => {
    const bounds = errorRateBounds({ requests, errors }, 0.975);
    expect(bounds.lower).toBeCloseTo(lower, 4);
    expect(bounds.upper).toBeCloseTo(upper, 4);
  });

  it("only narrows with more data of the same rate", () => {
    const counts = fc
      .integer({ min: 1, max: 400 })
      .chain((requests) => fc.record({ requests: fc.constant(requests), errors: fc.nat(requests) }));
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 20 }), ({ requests, errors }, times) => {
        const few = errorRateBounds({ requests, errors }, 0.95);
        const many = errorRateBounds({ requests: requests * times, errors: errors * times }, 0.95);
        expect(many.lower).toBeGreaterThanOrEqual(few.lower);
        expect(many.upper).toBeLessThanOrEqual(few.upper);
      }),
    );
  });
});

describe("the tails", () => {
  it("are those of the definition", () => {
    expect(atLeastProbability({ requests: 10, errors: 1 }, 0.1)).toBeCloseTo(1 - 0.9 ** 10, 12);
    expect(atMostProbability({ requests: 10, errors: 1 }, 0.1)).toBeCloseTo(0.9 ** 10 + 10 * 0.1 * 0.9 ** 9, 12);
    expect(atLeastProbability({ requests: 10, errors: 0 }, 0.1)).toBe(1);
    expect(atMostProbability({ requests: 10, errors: 10 }, 0.1)).toBe(1);
    expect(atLeastProbability({ requests: 3, errors: 4 }, 0.1)).toBe(0);
  });
});
