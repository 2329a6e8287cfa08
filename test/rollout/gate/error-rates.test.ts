import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  atLeastProbability,
  atMostProbability,
  errorRateBounds,
  requestsToShow,
} from "../../../rollout/gate/error-rates.ts";

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

const confidence = fc.constantFrom(0.9, 0.95, 0.99);

describe("requestsToShow", () => {
  // Sample sizes of success-run acceptance sampling: n = ln(1 - confidence) / ln(1 - rate), rounded up.
  it.each([
    { percent: 10, at: 0.95, requests: 29 },
    { percent: 5, at: 0.95, requests: 59 },
    { percent: 1, at: 0.95, requests: 299 },
    { percent: 1, at: 0.9, requests: 230 },
    { percent: 1, at: 0.99, requests: 459 },
    { percent: 0.1, at: 0.95, requests: 2995 },
  ])("needs the published $requests requests without error for $percent % at $at", ({ percent, at, requests }) => {
    expect(requestsToShow(percent, 0, at)).toBe(requests);
  });

  // The same tables with failures allowed: 95 % reliability at 95 % confidence.
  it.each([
    [0, 59],
    [1, 93],
    [2, 124],
    [3, 153],
    [4, 181],
    [5, 208],
  ])("needs more for each error: with %i errors %i requests for 5 %% at 95 %%", (errors, requests) => {
    expect(requestsToShow(5, errors, 0.95)).toBe(requests);
  });

  it("keeps the rule of three: without an error about 3 over the threshold", () => {
    for (const percent of [0.1, 0.5, 1, 2]) {
      const byRule = 300 / percent;
      const exact = requestsToShow(percent, 0, 0.95);
      expect(exact).toBeLessThan(byRule);
      expect(exact).toBeGreaterThan(byRule * 0.985);
    }
  });

  it("is the smallest count whose upper bound is not above the threshold", () => {
    const percent = fc.constantFrom(0.1, 0.5, 1, 3.7, 25, 60);
    fc.assert(
      fc.property(percent, fc.nat(40), confidence, (thresholdPercent, errors, at) => {
        const requests = requestsToShow(thresholdPercent, errors, at);
        const upper = (count: number) => errorRateBounds({ requests: count, errors }, at).upper * 100;
        expect(upper(requests)).toBeLessThanOrEqual(thresholdPercent + 1e-9);
        if (requests > errors) expect(upper(requests - 1)).toBeGreaterThan(thresholdPercent);
      }),
      { numRuns: 200 },
    );
  });

  it("never takes no request for a proof", () => {
    expect(requestsToShow(100, 0, 0.95)).toBe(1);
    expect(requestsToShow(100, 7, 0.95)).toBe(7);
    expect(requestsToShow(99, 0, 0.95)).toBe(1);
  });

  it("refuses what is out of range", () => {
    expect(() => requestsToShow(0, 0, 0.95)).toThrow("errorRatePercent is 0; it lies above 0 and is at most 100");
    expect(() => requestsToShow(1, 0.5, 0.95)).toThrow("errors is 0.5; it is a whole number from 0.");
    expect(() => requestsToShow(1, 0, 95)).toThrow("confidence is 95; it lies above 0.5 and below 1");
    expect(() => requestsToShow(1, 0, 1)).toThrow(RangeError);
  });
});
