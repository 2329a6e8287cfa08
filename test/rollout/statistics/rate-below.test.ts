import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  evidenceBelow,
  highestRateLeftOpen,
  requestsToShow,
  showsBelow,
} from "../../../rollout/statistics/rate-below.ts";

/** The definition: the mean of the likelihood ratio over rates below the threshold, by the midpoint rule. */
function integrated(requests: number, errors: number, rate: number): number {
  const parts = 200_000;
  let sum = 0;
  for (let index = 0; index < parts; index++) {
    // With u = (p / rate) ** 0.3 the weight of the rates is even.
    const p = rate * ((index + 0.5) / parts) ** (1 / 0.3);
    sum += (p / rate) ** errors * ((1 - p) / (1 - rate)) ** (requests - errors);
  }
  return sum / parts;
}

describe("evidenceBelow", () => {
  it.each([
    [0, 0, 0.01],
    [30, 0, 0.01],
    [347, 0, 0.01],
    [1000, 3, 0.01],
    [200, 9, 0.01],
    [5000, 20, 0.005],
    [12, 4, 0.5],
  ])(
    "is the mean likelihood ratio of the definition: %i requests, %i errors, threshold %f",
    (requests, errors, rate) => {
      const expected = integrated(requests, errors, rate);
      expect(evidenceBelow({ requests, errors }, rate) / expected).toBeCloseTo(1, 5);
    },
  );

  it("cannot be expected to grow by one request at the threshold: its mean over the next outcome is what it was", () => {
    const counts = fc.record({ good: fc.nat(3000), errors: fc.nat(30) });
    fc.assert(
      fc.property(counts, fc.constantFrom(0.001, 0.01, 0.05), ({ good, errors }, rate) => {
        const requests = good + errors;
        const next = (failed: 0 | 1) => evidenceBelow({ requests: requests + 1, errors: errors + failed }, rate);
        const mean = (1 - rate) * next(0) + rate * next(1);
        expect(mean / evidenceBelow({ requests, errors }, rate)).toBeCloseTo(1, 8);
        // A higher true rate only makes it smaller.
        expect(next(1)).toBeLessThan(next(0));
      }),
    );
  });

  it("stays a number however many requests there are", () => {
    expect(evidenceBelow({ requests: 0, errors: 0 }, 0.01)).toBeCloseTo(1, 12);
    expect(evidenceBelow({ requests: 10_000_000, errors: 300_000 }, 0.01)).toBe(0);
    expect(evidenceBelow({ requests: 10_000_000, errors: 0 }, 0.01)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("requestsToShow", () => {
  it.each([
    [0.01, 0, 347],
    [0.01, 1, 678],
    [0.01, 2, 910],
    [0.02, 0, 173],
    [0.005, 0, 695],
    [0.001, 0, 3481],
  ])("asks at a threshold of %f and with %i errors for %i requests", (rate, errors, requests) => {
    expect(requestsToShow(rate, errors, 0.95)).toBe(requests);
  });

  it("is the smallest count that shows it, and more requests show it too", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.001, 0.01, 0.037, 0.25, 0.6),
        fc.nat(40),
        fc.constantFrom(0.9, 0.95, 0.99),
        fc.nat(5000),
        (rate, errors, confidence, more) => {
          const requests = requestsToShow(rate, errors, confidence);
          expect(showsBelow({ requests: requests + more, errors }, rate, confidence)).toBe(true);
          if (requests - 1 >= errors) {
            expect(showsBelow({ requests: requests - 1, errors }, rate, confidence)).toBe(false);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("never takes no request for a proof", () => {
    expect(requestsToShow(1, 0, 0.95)).toBe(1);
    expect(requestsToShow(1, 7, 0.95)).toBe(7);
    expect(showsBelow({ requests: 0, errors: 0 }, 1, 0.95)).toBe(false);
  });
});

describe("highestRateLeftOpen", () => {
  it("is above what was seen, and everything above it is excluded", () => {
    const counts = fc
      .integer({ min: 1, max: 3000 })
      .chain((requests) => fc.record({ requests: fc.constant(requests), errors: fc.nat(requests - 1) }));
    fc.assert(
      fc.property(counts, fc.double({ min: 1e-6, max: 1, noNaN: true }), (seen, above) => {
        const open = highestRateLeftOpen(seen, 0.95);
        expect(open).toBeGreaterThan(seen.errors / seen.requests);
        expect(showsBelow(seen, open + (1 - open) * above, 0.95)).toBe(true);
        expect(showsBelow(seen, open - 1e-6 * open, 0.95)).toBe(false);
      }),
    );
  });

  it("agrees with requestsToShow", () => {
    expect(highestRateLeftOpen({ requests: 347, errors: 0 }, 0.95)).toBeLessThanOrEqual(0.01);
    expect(highestRateLeftOpen({ requests: 346, errors: 0 }, 0.95)).toBeGreaterThan(0.01);
  });

  it("leaves everything open without a request, and where all failed", () => {
    expect(highestRateLeftOpen({ requests: 0, errors: 0 }, 0.95)).toBe(1);
    expect(highestRateLeftOpen({ requests: 9, errors: 9 }, 0.95)).toBe(1);
  });
});
