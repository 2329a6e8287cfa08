import { describe, expect, it } from "vitest";
import { readMetricMath } from "../../../../rehearsal/local/alarms/formulas.ts";

const ids = ["failures", "requests", "known", "lowest", "total", "others"];
const value = (text: string, values: Record<string, number | undefined> = {}) => readMetricMath(text, ids)(values);

describe("readMetricMath", () => {
  const errorRate = "IF(failures >= 3, 100 * failures / requests, 0)";

  it.each([
    [2, 10, 0],
    [3, 10, 30],
    [3, 300, 1],
    [4, 300, 4 / 3],
  ])("computes the planned error rate of %d failures in %d requests", (failures, requests, expected) => {
    expect(value(errorRate, { failures, requests })).toBe(expected);
  });

  const silence = "IF(known >= 50 AND lowest / 100 * total >= 10 AND total - others < 1, 1, 0)";

  it.each([
    [{ known: 50, lowest: 5, total: 200, others: 200 }, 1],
    [{ known: 49, lowest: 5, total: 200, others: 200 }, 0],
    [{ known: 60, lowest: 5, total: 199, others: 199 }, 0],
    [{ known: 60, lowest: 5, total: 200, others: 199 }, 0],
  ])("computes the planned silence of %j", (values, expected) => {
    expect(value(silence, values)).toBe(expected);
  });

  it.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 4 - 3", 3],
    ["100 / 10 / 5", 2],
    ["1 OR 0 AND 0", 1],
    ["(1 || 0) && 0", 0],
    ["1 + 1 == 2", 1],
    ["2 != 2", 0],
    ["IF(2 <= 1, 5, IF(1 > 0, 6, 7))", 6],
    ["0.5 * 4", 2],
  ])("binds as arithmetic does: %s", (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it("has no value where a metric has none, or nothing is divided by", () => {
    expect(value(errorRate, { failures: undefined, requests: 5 })).toBeUndefined();
    expect(value(errorRate, { failures: 5 })).toBeUndefined();
    expect(value("failures / requests", { failures: 0, requests: 0 })).toBeUndefined();
  });

  it("fills up a missing metric with the number, and still needs what is not filled up", () => {
    expect(value("FILL(failures, 0) + 1")).toBe(1);
    expect(value("FILL(failures, 7)", { failures: 2 })).toBe(2);
    expect(value("FILL(failures, 0) / requests", { requests: undefined })).toBeUndefined();
    expect(value("FILL(failures, 0) + failures", {})).toBeUndefined();
  });

  it.each([
    ["FILL(failures, REPEAT)", "fills up with REPEAT"],
    ["FILL(errors, 0)", 'names "errors"'],
    ["MAX(failures)", "calls MAX"],
    ["failures ^ 2", 'has "^"'],
    ["errors / requests", 'names "errors"'],
    ["failures / ", "ends too early"],
    ["(failures", 'has no ")" where one is needed'],
    ["failures requests", 'goes on with "requests"'],
    ["IF(failures, 1)", 'has no "," where one is needed'],
  ])("refuses what it does not know: %s", (text, why) => {
    expect(() => readMetricMath(text, ids)).toThrow(`The metric math \`${text}\` ${why}`);
  });
});
