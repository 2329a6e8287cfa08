import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { logBeta, regularisedIncompleteBeta } from "../../../rollout/statistics/binomial.ts";

/** Values of SciPy, recorded by the script beside them. */
const recorded = readFileSync(new URL("../../fixtures/special-functions/values.csv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split(",").map(Number) as [x: number, a: number, b: number, inside: number, logBeta: number]);

/** The largest error of all values, as a part of the value. */
function largestError(errorOf: (values: (typeof recorded)[number]) => number): number {
  return recorded.reduce((largest, values) => Math.max(largest, errorOf(values)), 0);
}

describe("the functions of binomial.ts, at 5,000 points", () => {
  it("have enough points, in both tails and in between", () => {
    expect(recorded).toHaveLength(5000);
    const parts = [0, 1e-12, 1e-6, 0.01, 0.5, 0.99, 1 - 1e-6, 1];
    for (const [index, from] of parts.slice(0, -1).entries()) {
      const until = parts[index + 1] ?? 1;
      expect(recorded.filter(([, , , inside]) => inside >= from && inside <= until).length).toBeGreaterThan(20);
    }
  });

  it("give the incomplete beta function to nine digits, in the far tails too", () => {
    // Below that, a number has fewer digits.
    const smallest = 1e-290;
    const error = largestError(
      ([x, a, b, inside]) => Math.abs(regularisedIncompleteBeta(x, a, b) - inside) / Math.max(inside, smallest),
    );
    expect(error).toBeLessThan(1e-9);
  });

  it("give the logarithm of the beta function to ten digits", () => {
    const error = largestError(
      ([, a, b, , expected]) => Math.abs(logBeta(a, b) - expected) / Math.max(1, Math.abs(expected)),
    );
    expect(error).toBeLessThan(1e-10);
  });
});

describe("the functions of binomial.ts", () => {
  // M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions" (1964), tables 26.7 and 26.8 by I_x(a, b): the
  // probability of Student's t and the quantiles of chi-square have closed forms for small whole arguments.
  it.each([
    // Student's t with 1, 2 and 10 degrees of freedom: t for a two-sided 5 %.
    [12.706, 1],
    [4.303, 2],
    [2.228, 10],
    [2.042, 30],
    [1.98, 120],
  ])("agree with the published table of Student's t: %f at %i degrees of freedom", (t, degrees) => {
    expect(regularisedIncompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)).toBeCloseTo(0.05, 4);
  });

  it.each([
    // F for 5 %, with these degrees of freedom of the numerator and the denominator.
    [4.96, 1, 10],
    [3.33, 5, 10],
    [2.35, 10, 20],
    [1.84, 30, 30],
  ])("agree with the published table of F: %f at %i and %i degrees of freedom", (f, upper, lower) => {
    expect(regularisedIncompleteBeta(lower / (lower + upper * f), lower / 2, upper / 2)).toBeCloseTo(0.05, 3);
  });
});
