import { describe, expect, it } from "vitest";
import { statisticOf } from "../../../../rehearsal/local/alarms/statistic.ts";

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

describe("statisticOf", () => {
  it.each([
    ["Sum", 5050],
    ["SampleCount", 100],
    ["Minimum", 1],
    ["Maximum", 100],
    ["p95", 95],
    ["PR(:2)", 2],
    ["PR(:0.5)", 0],
  ])("computes %s", (statistic, expected) => {
    expect(statisticOf(statistic, hundred)).toBe(expected);
  });

  it("says nothing of nothing", () => {
    expect(statisticOf("Sum", [])).toBeUndefined();
  });

  it("refuses another statistic, even where there are no values", () => {
    expect(() => statisticOf("tm99", [])).toThrow("the statistic tm99");
  });
});
