import { describe, expect, it } from "vitest";
import { readAlarmRule } from "../../../../rehearsal/local/alarms/alarm-rule.ts";

const planned = 'ALARM("a") OR ALARM("b") OR (ALARM("none-healthy") AND ALARM("weighted"))';
const holds = (text: string, ...firing: string[]) =>
  readAlarmRule(text).holds((name) => (firing.includes(name) ? "ALARM" : "OK"));

describe("readAlarmRule", () => {
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
    expect(readAlarmRule(planned).alarmNames).toEqual(["a", "b", "none-healthy", "weighted"]);
  });

  it("binds AND tighter than OR", () => {
    const rule = 'ALARM("a") OR ALARM("b") AND ALARM("c")';
    expect([holds(rule, "a"), holds(rule, "b"), holds(rule, "b", "c")]).toEqual([true, false, true]);
  });

  it.each([
    ['OK("a")', "asks for OK"],
    ['NOT ALARM("a")', "asks for NOT"],
    ['ALARM("a") OR', "ends too early"],
    ['ALARM("a") ALARM("b")', 'goes on with "ALARM"'],
    ["ALARM(a)", 'has "a"'],
  ])("refuses what it does not know: %s", (text, why) => {
    expect(() => readAlarmRule(text)).toThrow(`The alarm rule \`${text}\` ${why}`);
  });
});
