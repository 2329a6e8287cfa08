import { describe, expect, it } from "vitest";
import { SplitTest } from "../../../rehearsal/local/split-test.ts";

interface Served {
  readonly plannedPercent: number;
  readonly servedPercent: number;
  readonly offBy?: number;
}

/** Answers until the test is decided. @returns its verdict, and how many it took */
function judge({ plannedPercent, servedPercent, offBy = 0.2 }: Served) {
  const test = new SplitTest({ plannedPercent, offBy });
  let answers = 0;
  for (; test.state === "undecided"; answers++) test.add(Math.random() * 100 < servedPercent);
  return { state: test.state, answers };
}

const runs = 200;

function refused(served: Served): number {
  return Array.from({ length: runs }, () => judge(served)).filter(({ state }) => state === "refused").length;
}

describe("SplitTest", () => {
  // 95 % of the wrong splits are found, so fewer than 168 of 200 in less than one run of the tests in a million.
  it.each([
    { plannedPercent: 5, servedPercent: 6 },
    { plannedPercent: 5, servedPercent: 4 },
    { plannedPercent: 25, servedPercent: 30 },
    { plannedPercent: 75, servedPercent: 70 },
    { plannedPercent: 95, servedPercent: 96 },
    { plannedPercent: 50, servedPercent: 55, offBy: 0.1 },
    { plannedPercent: 50, servedPercent: 45, offBy: 0.1 },
  ])("finds $plannedPercent % served as $servedPercent %", (served) => {
    expect(refused(served)).toBeGreaterThanOrEqual(168);
  });

  it.each([5, 25, 50, 75, 95])("accepts %i %% as planned", (plannedPercent) => {
    expect(refused({ plannedPercent, servedPercent: plannedPercent })).toBe(0);
  });

  it("decides a sound 5 % by far fewer answers than a fixed count needs", () => {
    const taken = Array.from({ length: runs }, () => judge({ plannedPercent: 5, servedPercent: 5 }).answers);
    // The mean is about 4,400.
    expect(taken.reduce((sum, answers) => sum + answers, 0) / runs).toBeLessThan(6500);
  });

  it("goes on while it is not sure, and keeps its verdict", () => {
    const test = new SplitTest({ plannedPercent: 50, offBy: 0.2 });
    test.add(true);
    expect(test.state).toBe("undecided");
    for (let answer = 0; answer < 200; answer++) test.add(true);
    expect(test.state).toBe("refused");
    for (let answer = 0; answer < 2000; answer++) test.add(answer % 2 === 0);
    expect(test.state).toBe("refused");
  });
});
