import { describe, expect, it } from "vitest";
import { changedSettings, shownSetting } from "../../rollout/settings.ts";

it("finds what differs, added and taken out included, in the order of the names", () => {
  expect(
    changedSettings({ "b.one": 1, "d.same": true, "a.gone": "x" }, { "d.same": true, "c.new": 2, "b.one": 2 }),
  ).toEqual(["a.gone", "b.one", "c.new"]);
});

describe("a value in a sentence", () => {
  it("is shown as it is, up to 80 characters", () => {
    expect([shownSetting(undefined), shownSetting(false), shownSetting(2048)]).toEqual(["nothing", "false", "2048"]);
    expect(shownSetting("x".repeat(80))).toBe("x".repeat(80));
    expect(shownSetting("x".repeat(81))).toBe(`${"x".repeat(79)}…`);
  });
});
