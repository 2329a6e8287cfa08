import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { designCells, goodCells, simulateCell } from "../../../rehearsal/simulate/rollouts.ts";

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
