import { describe, expect, it } from "vitest";
import { judgeSplit } from "../../../rehearsal/local/split.ts";

describe("judgeSplit", () => {
  it("accepts a share that the served counts can come from", () => {
    const verdict = judgeSplit(5, 26, 400);
    expect(verdict.held).toBe(true);
    expect(verdict.servedPercent).toBe(6.5);
    expect(verdict.intervalPercent.lower).toBeCloseTo(2.367, 3);
    expect(verdict.intervalPercent.upper).toBeCloseTo(13.562, 3);
  });

  it("refuses one that they cannot come from", () => {
    expect(judgeSplit(5, 60, 400).held).toBe(false);
    expect(judgeSplit(5, 3, 400).held).toBe(false);
    expect(judgeSplit(25, 55, 400).held).toBe(false);
    expect(judgeSplit(50, 265, 400).held).toBe(false);
  });

  it("lets a single stray answer refute 0 % and 100 %", () => {
    expect(judgeSplit(0, 0, 400).held).toBe(true);
    expect(judgeSplit(0, 1, 400).held).toBe(false);
    expect(judgeSplit(100, 400, 400).held).toBe(true);
    expect(judgeSplit(100, 399, 400).held).toBe(false);
  });

  it("judges nothing by silence", () => {
    expect(() => judgeSplit(5, 0, 0)).toThrow("no request was answered, so there is no split to judge.");
  });
});
