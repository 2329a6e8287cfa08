import { describe, expect, it } from "vitest";
import { readCompositeRule } from "../../policies/alarm-rule.ts";

const planned = 'ALARM("a") OR ALARM("b") OR (ALARM("none-healthy") AND ALARM("weighted"))';
const holds = (text: string, ...firing: string[]) => readCompositeRule(text).holds((name) => firing.includes(name));

describe("readCompositeRule", () => {
  it.each([
    [[], false],
    [["a"], true],
    [["b"], true],
    [["none-healthy"], false],
    [["weighted"], false],
    [["none-healthy", "weighted"], true],
  ])("holds by the planned rule with %j in alarm: %s", (firing, expected) => {
    expect(holds(planned, ...firing)).toBe(expected);
  });

  it("names the alarms that it looks at", () => {
    expect(readCompositeRule(planned).alarmNames).toEqual(["a", "b", "none-healthy", "weighted"]);
  });

  it("binds AND tighter than OR", () => {
    const rule = 'ALARM("a") OR ALARM("b") AND ALARM("c")';
    expect([holds(rule, "a"), holds(rule, "b"), holds(rule, "b", "c")]).toEqual([true, false, true]);
  });

  it("binds NOT tighter than AND, before an alarm and before parentheses", () => {
    const rule = '(ALARM("a") OR ALARM("b")) AND NOT (ALARM("c") OR ALARM("a")) AND NOT ALARM("d")';
    expect([holds(rule, "b"), holds(rule, "a"), holds(rule, "b", "c"), holds(rule, "b", "d")]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(readCompositeRule(rule).alarmNames).toEqual(["a", "b", "c", "d"]);
  });

  it.each([
    ['OK("a")', "asks for OK"],
    ['NOT ("a")', 'asks for "a"'],
    ['ALARM("a") OR', "ends too early"],
    ['ALARM("a") ALARM("b")', 'goes on with "ALARM"'],
    ["ALARM(a)", 'has "a"'],
  ])("refuses what it does not know: %s", (text, why) => {
    expect(() => readCompositeRule(text)).toThrow(`The alarm rule \`${text}\` ${why}`);
  });
});
