import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type ComparisonResult,
  comparisonCells,
  fisherOneSided,
  simulateComparison,
} from "../../../rehearsal/simulate/comparison.ts";
import {
  type ErrorRateCell,
  type ErrorRateResult,
  errorRateCells,
  simulateErrorRate,
} from "../../../rehearsal/simulate/error-rate.ts";
import {
  type GoodResult,
  goodReleaseCells,
  simulateFalseObjections,
} from "../../../rehearsal/simulate/false-objections.ts";
import { rolloutsPerCell, simulatedTables } from "../../../rehearsal/simulate/tables.ts";
import { clopperPearson } from "../../../rollout/statistics/binomial.ts";

/** The rows of a committed table, by column. */
function committed<Row>(file: string): readonly Row[] {
  const text = readFileSync(new URL(`../../../docs/simulation/${file}`, import.meta.url), "utf8");
  const [heading = "", ...lines] = text.trim().split("\n");
  const columns = heading.split(",");
  return lines.map((line) => {
    const values = line.split(",").map((text) => (/[a-z]/.test(text) ? text : Number(text)));
    return Object.fromEntries(columns.map((column, index) => [column, values[index]])) as Row;
  });
}

const errorRate = committed<ErrorRateResult>("gate-error-rate.csv");
const againstLive = committed<ComparisonResult>("gate-against-live.csv");
const falseObjections = committed<GoodResult>("false-objections.csv");

/** Share of what clients tried that fails, where they send what fails again. */
function triesFailingPercent({ ratePercent, sends }: ErrorRateCell): number {
  return (100 * ratePercent) / (ratePercent + (100 - ratePercent) * sends);
}

describe("the committed table of the error rate", () => {
  it("has every rate and every traffic of the issue, 20,000 rollouts each", () => {
    const cells = errorRate.filter(({ sends }) => sends === 1);
    expect(cells.map(({ ratePercent, requestsPerStep }) => [ratePercent, requestsPerStep])).toEqual(
      [0.1, 0.5, 1.01, 2, 5, 20, 100].flatMap((rate) => [30, 300, 3000, 30_000].map((requests) => [rate, requests])),
    );
    expect(errorRate.every(({ rollouts }) => rollouts >= 20_000)).toBe(true);
  });

  it("passes no release above the threshold in more than 5 % of rollouts, and fails none below it in more", () => {
    for (const row of errorRate) {
      if (triesFailingPercent(row) >= 1) expect(row.passed).toBeLessThanOrEqual(0.05);
      if (row.ratePercent < 1) expect(row.failed).toBeLessThanOrEqual(0.05);
    }
  });

  it("passes good releases and fails bad ones where there are requests enough", () => {
    const at = (rate: number, requests: number) =>
      errorRate.find((row) => row.ratePercent === rate && row.requestsPerStep === requests && row.sends === 1);
    expect(at(0.1, 300)?.passed).toBeGreaterThan(0.95);
    expect(at(0.5, 3000)?.passed).toBeGreaterThan(0.99);
    expect(at(5, 300)?.failed).toBeGreaterThan(0.99);
    expect(at(20, 30)?.failed).toBeGreaterThan(0.99);
  });
});

describe("the committed table of the comparisons", () => {
  const worse = againstLive.filter((row) => row.livePercent !== row.candidatePercent);

  it("objects to no release that is like live in more than its share of rollouts, with repeated requests too", () => {
    const like = againstLive.filter((row) => row.livePercent === row.candidatePercent);
    expect(like.length).toBeGreaterThan(50);
    for (const { objected, alpha, rollouts } of like) {
      expect(objected).toBeLessThanOrEqual(alpha);
      expect(rollouts).toBe(20_000);
    }
  });

  it.each(["errors", "refused", "late", "unanswered"] as const)(
    "has at least 0.6 of the power of Fisher's exact test for %s, where that test finds every second",
    (comparison) => {
      const found = worse.filter((row) => row.comparison === comparison && row.fisher >= 0.5);
      expect(found.length).toBeGreaterThan(10);
      for (const row of found) expect([row, row.objected >= 0.6 * row.fisher]).toEqual([row, true]);
    },
  );

  it("has 0.6 of the power that Fisher's test has with 5 %, for the case of the issue: 1 % beside live's 0.2 %", () => {
    const [row] = worse.filter(
      (one) =>
        one.comparison === "errors" &&
        one.requestsPerHour === 3000 &&
        one.weightPercent === 5 &&
        one.candidatePercent === 1 &&
        one.livePercent === 0.2,
    );
    expect(row?.objected).toBeGreaterThanOrEqual(0.6 * (row?.fisherAlone ?? 1));
  });
});

describe("the committed table of false objections", () => {
  it("refuses a good release in at most 5 % of rollouts, by the error rate and all comparisons together", () => {
    expect(falseObjections.map(({ requestsPerHour, failPercent }) => [requestsPerHour, failPercent])).toEqual(
      goodReleaseCells.map(({ requestsPerHour, failPercent }) => [requestsPerHour, failPercent]),
    );
    for (const row of falseObjections) {
      expect(row.rollouts).toBe(20_000);
      expect([row, row.atMost <= 0.05]).toEqual([row, true]);
    }
  });

  it("counts each look: a release that was refused once stays so", () => {
    for (const { by5, by25, by50, by100 } of falseObjections) {
      expect([by5, by25, by50, by100]).toEqual([by5, by25, by50, by100].toSorted((one, other) => one - other));
      expect(by100).toBeGreaterThan(0);
    }
  });

  it("names at least one charge for each refusal", () => {
    for (const { by100, rate, errors, refused, late, unanswered } of falseObjections) {
      expect(rate + errors + refused + late + unanswered).toBeGreaterThanOrEqual(by100 - 1e-4);
    }
  });
});

describe("the committed tables", () => {
  it("have the columns and rows that the command writes", () => {
    for (const { file, lines } of simulatedTables) {
      const rows = committed<object>(file);
      const made = [...lines(5)];
      expect(Object.keys(rows[0] ?? {})).toEqual(made[0]?.split(","));
      expect(rows).toHaveLength(made.length - 1);
    }
  });

  /** Whether a share of the table can be that of other rollouts: not in 1 of 10,000 such questions by chance. */
  const agrees = (share: number, found: number, rollouts: number) => {
    const { lower, upper } = clopperPearson(Math.round(found * rollouts), rollouts, 1 - 1e-6);
    return share >= lower - 0.005 && share <= upper + 0.005;
  };

  it("are what today's code finds, on fewer rollouts", () => {
    const rollouts = 400;
    for (const [index, cell] of errorRateCells.entries()) {
      if (cell.requestsPerStep > 300) continue;
      const found = simulateErrorRate(cell, rollouts, 1000 + index);
      const row = errorRate[index];
      expect([index, agrees(row?.passed ?? -1, found.passed, rollouts)]).toEqual([index, true]);
      expect([index, agrees(row?.failed ?? -1, found.failed, rollouts)]).toEqual([index, true]);
    }
    for (const [index, cell] of comparisonCells.entries()) {
      if (cell.requestsPerHour !== 300 || cell.weightPercent !== 25 || cell.sends > 1) continue;
      const found = simulateComparison(cell, rollouts, 1000 + index);
      const row = againstLive[index];
      expect([index, agrees(row?.objected ?? -1, found.objected, rollouts)]).toEqual([index, true]);
      expect([index, agrees(row?.fisher ?? -1, found.fisher, rollouts)]).toEqual([index, true]);
    }
  });

  it("are what today's code finds of good releases, on fewer rollouts", () => {
    const rollouts = 200;
    for (const [index, cell] of goodReleaseCells.entries()) {
      if (cell.requestsPerHour === 3000 || cell.failPercent < 0.9) continue;
      const found = simulateFalseObjections(cell, rollouts, 1000 + index);
      const row = falseObjections[index];
      expect([index, agrees(row?.by100 ?? -1, found.by100, rollouts)]).toEqual([index, true]);
    }
  });

  it("are made again by the same seed", () => {
    const [cell] = errorRateCells.filter(
      ({ ratePercent, requestsPerStep }) => ratePercent === 2 && requestsPerStep === 30,
    );
    if (cell === undefined) throw new Error("no such cell");
    expect(simulateErrorRate(cell, 50, 7)).toEqual(simulateErrorRate(cell, 50, 7));
    expect(rolloutsPerCell).toBeGreaterThanOrEqual(20_000);
  });
});

describe("fisherOneSided", () => {
  it("has the published probability of the lady tasting tea", () => {
    // R. A. Fisher, "The Design of Experiments" (1935): all four cups right, 1 in 70; three or more, 17 in 70.
    expect(fisherOneSided({ requests: 4, events: 4 }, { requests: 4, events: 0 })).toBeCloseTo(1 / 70, 12);
    expect(fisherOneSided({ requests: 4, events: 3 }, { requests: 4, events: 1 })).toBeCloseTo(17 / 70, 12);
  });

  it("is certain of nothing where nothing happened", () => {
    expect(fisherOneSided({ requests: 30, events: 0 }, { requests: 570, events: 0 })).toBe(1);
  });
});
