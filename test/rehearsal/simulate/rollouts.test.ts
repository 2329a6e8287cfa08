import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lateCells, simulateLate } from "../../../rehearsal/simulate/late-releases.ts";
import {
  designCells,
  falseReturnCells,
  goodCells,
  simulateCell,
  simulateFalseReturns,
} from "../../../rehearsal/simulate/rollouts.ts";
import { rolloutsPerCell } from "../../../rehearsal/simulate/tables.ts";
import { clopperPearson } from "../../../rollout/statistics/binomial.ts";

type Row = Readonly<Record<string, string>>;

function committed(file: string): readonly Row[] {
  const text = readFileSync(new URL(`../../../docs/simulation/${file}`, import.meta.url), "utf8");
  const [heading = "", ...lines] = text.trim().split("\n");
  const columns = heading.split(",");
  return lines.map((line) => {
    const values = line.split(",");
    return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? ""]));
  });
}

const rollouts = committed("rollouts.csv");
const goodReleases = committed("good-releases.csv");
const at = (perHour: number, percent: number) =>
  rollouts.find((row) => row["requestsPerHour"] === String(perHour) && row["candidatePercent"] === String(percent)) ??
  {};

describe("the table of whole rollouts", () => {
  it("has a line for each cell", () => {
    expect(rollouts).toHaveLength(designCells.length);
    expect(goodReleases).toHaveLength(goodCells.length);
  });

  it("takes all four steps at the first asking at 300 requests an hour and 0.2 %, in at least 0.88 of rollouts", () => {
    expect(Number(at(300, 0.2)["allAtFirstAsking"])).toBeGreaterThanOrEqual(0.88);
    expect(Number(at(300, 0.2)["medianHours"])).toBe(62);
    expect(Number(at(300, 0.2)["ninthDecileHours"])).toBeLessThanOrEqual(64);
    expect(Number(at(300, 0)["allAtFirstAsking"])).toBe(1);
  });

  it("promotes no release that fails twice as often as the threshold allows", () => {
    for (const perHour of [40, 300, 3000]) {
      expect(Number(at(perHour, 2)["promoted"])).toBeLessThanOrEqual(0.05);
      expect(Number(at(perHour, 10)["rolledBack"])).toBeGreaterThan(0.99);
    }
  });

  it("takes back no good release in more than 1 % of rollouts, in any kind of traffic", () => {
    for (const row of goodReleases) expect([row, Number(row["rolledBack"]) <= 0.01]).toEqual([row, true]);
  });

  it("is made again by the same code", () => {
    const cell = designCells.find(
      ({ requestsPerHour, candidatePercent }) => requestsPerHour === 300 && candidatePercent === 10,
    );
    if (cell === undefined) throw new Error("no such cell");
    const found = simulateCell(cell, 300, 7);
    expect(found.rolledBack).toBe(1);
    expect(Math.abs(found.failedRequests - Number(at(300, 10)["failedRequests"]))).toBeLessThan(1);
    expect(simulateCell(cell, 20, 7)).toEqual(simulateCell(cell, 20, 7));
  });
});

describe("the table of false returns", () => {
  const rows = committed("false-returns.csv");

  it("has every kind of traffic at 40, 300 and 3,000 requests an hour, and the bound of each share", () => {
    expect(rows.map((row) => [row["traffic"], row["requestsPerHour"], row["candidatePercent"]])).toEqual(
      falseReturnCells.map(({ kind, requestsPerHour, candidatePercent }) => [
        kind.name,
        String(requestsPerHour),
        String(candidatePercent),
      ]),
    );
    for (const row of rows) {
      const rollouts = Number(row["rollouts"]);
      // Both are rounded to four digits, so that more than one number of rollouts can be meant.
      const boundOf = (share: number) =>
        clopperPearson(Math.max(0, Math.round(share * rollouts)), rollouts, 0.95).upper;
      expect(Number(row["atMost"])).toBeGreaterThan(boundOf(Number(row["rolledBack"]) - 0.00005) - 0.0001);
      expect(Number(row["atMost"])).toBeLessThan(boundOf(Number(row["rolledBack"]) + 0.00005) + 0.0001);
    }
  });

  it("returns no good release in more than 1 % of rollouts, by the upper bound of 20,000", () => {
    for (const row of rows) {
      expect(Number(row["rollouts"])).toBeGreaterThanOrEqual(rolloutsPerCell);
      expect([row, Number(row["atMost"]) <= 0.01]).toEqual([row, true]);
    }
  });

  it("is what today's code finds, on fewer rollouts", () => {
    // Where most were returned before periods of five minutes counted: 6 % and 9 %.
    for (const [name, requestsPerHour] of [
      ["failures sent 3 times 30 s apart", 40],
      ["5 % WebSocket upgrades", 3000],
    ] as const) {
      const cell = falseReturnCells.find(
        (one) => one.kind.name === name && one.requestsPerHour === requestsPerHour && one.candidatePercent === 1,
      );
      if (cell === undefined) throw new Error("no such cell");
      const rollouts = 300;
      const returned = simulateFalseReturns(cell, rollouts, 7).rolledBack * rollouts;
      // At 1 % more than 12 of 300 come about in 1 of 20,000 trials.
      expect(returned, name).toBeLessThanOrEqual(12);
    }
  });
});

describe("the table of releases that turn bad late", () => {
  const rows = committed("late-releases.csv");
  const median = (perHour: number, weight: number, percent: number) =>
    Number(
      rows.find(
        (row) =>
          row["requestsPerHour"] === String(perHour) &&
          row["weightPercent"] === String(weight) &&
          row["candidatePercent"] === String(percent),
      )?.["medianMinutes"],
    );

  it("has a line for each cell, and the traffic comes back in nearly all of them within a day", () => {
    expect(rows).toHaveLength(lateCells.length);
    for (const row of rows) expect(Number(row["rolledBack"])).toBeGreaterThan(0.95);
  });

  it("forgets what went well: a release that fails 5 % after a day is found within two hours at 300 an hour", () => {
    expect(median(300, 100, 5)).toBeLessThanOrEqual(120);
    expect(median(3000, 100, 5)).toBeLessThanOrEqual(30);
    expect(median(3000, 100, 100)).toBeLessThanOrEqual(8);
  });

  it("is what today's code finds, on fewer rollouts", () => {
    const cell = lateCells.find(
      ({ requestsPerHour, weightPercent, candidatePercent }) =>
        requestsPerHour === 300 && weightPercent === 50 && candidatePercent === 100,
    );
    if (cell === undefined) throw new Error("no such cell");
    const found = simulateLate(cell, 200, 7);
    expect(found.rolledBack).toBe(1);
    expect(Math.abs((found.medianMinutes ?? 0) - median(300, 50, 100))).toBeLessThanOrEqual(4);
  });
});
