import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PoissonTable, poissonByRejection, seededDraws, seededUniform } from "../../../rollout/simulation/random.ts";

/** What NumPy and SciPy draw and compute, recorded by the script beside them. */
const lines = readFileSync(new URL("../../fixtures/random-draws/values.csv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split(","));

function recorded(kind: string): readonly (readonly number[])[] {
  return lines.filter(([first]) => first === kind).map(([, ...values]) => values.map(Number));
}

describe("the draws, held against others' code", () => {
  it("are the numbers of sfc32, between 0 and 1 without either", () => {
    const all = recorded("sfc32");
    expect(all).toHaveLength(5);
    for (const [low = 0, high = 0, ...numbers] of all) {
      const uniform = seededUniform(low, high);
      expect(numbers.map(() => uniform() * 2 ** 32)).toEqual(numbers.map((number) => number + 0.5));
    }
  });

  it("are NumPy's Poisson counts, from the same uniform numbers and as many of them", () => {
    const all = recorded("rejection");
    expect(all).toHaveLength(300);
    expect(all.some(([, , ...uniforms]) => uniforms.length > 2)).toBe(true);
    for (const [mean = 0, drawn = 0, ...uniforms] of all) {
      const left = [...uniforms];
      const found = poissonByRejection(mean, () => left.shift() ?? Number.NaN);
      expect({ mean, found, left }).toEqual({ mean, found: drawn, left: [] });
    }
  });

  it("are never below 0: a draw that would be is taken again", () => {
    // At the mean 10 the first two numbers lead to -1, which the last condition alone would take. The next two lead to 10.
    const left = [0.024, 0.0005, 0.5, 0.5];
    expect(poissonByRejection(10, () => left.shift() ?? Number.NaN)).toBe(10);
    expect(left).toEqual([]);
  });

  it.each([10, 37, 250])("are taken by a shortcut only where the whole test of mean %d takes them", (mean) => {
    const logFactorials = [0];
    for (let n = 1; n < 4000; n++) logFactorials.push((logFactorials[n - 1] as number) + Math.log(n));
    // The algorithm without its two shortcuts, as in Hörmann's paper.
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const taken = (u: number, v: number) => {
      const distance = 0.5 - Math.abs(u);
      const events = Math.floor(((2 * a) / distance + b) * u + mean + 0.43);
      const height = (v * (1.1239 + 1.1328 / (b - 3.4))) / (a / distance ** 2 + b);
      const isTaken =
        events >= 0 &&
        Math.log(height) <= events * Math.log(mean) - mean - (logFactorials[events] ?? Number.POSITIVE_INFINITY);
      return isTaken ? events : undefined;
    };
    const wrong: unknown[] = [];
    let refused = 0;
    for (let column = 0.5; column < 200; column++) {
      for (let row = 0.5; row < 100; row++) {
        const [u, v] = [column / 200, row / 100];
        // The last two numbers lead to the mean, nearly.
        const left = [u, v, 0.5, 0.001];
        const found = poissonByRejection(mean, () => left.shift() ?? Number.NaN);
        const events = taken(u - 0.5, v);
        if (events === undefined) refused += 1;
        if (left.length !== (events === undefined ? 0 : 2) || found !== (events ?? Math.floor(mean + 0.43)))
          wrong.push({ u, v, found, events });
      }
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(1000);
  });

  it("take one uniform number below a mean of 10, and Hörmann's rejection from there on", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { poisson, uniform } = seededDraws(seed);
      const other = seededUniform(seed, 0);
      expect(poisson(10)).toBe(poissonByRejection(10, other));
      expect(uniform()).toBe(other());
      poisson(9.99);
      other();
      expect(uniform()).toBe(other());
    }
  });

  it("are SciPy's quantiles of the Poisson distribution, where a table is looked into", () => {
    const all = recorded("quantile");
    expect(all.length).toBeGreaterThan(1900);
    const tables = new Map(all.map(([mean = 0]) => [mean, new PoissonTable(mean)]));
    for (const [mean = 0, drawn = 0, uniform = 0] of all) {
      expect([mean, uniform, tables.get(mean)?.at(uniform)]).toEqual([mean, uniform, drawn]);
    }
  });
});
