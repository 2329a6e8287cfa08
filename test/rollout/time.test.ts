import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDurationSeconds } from "../../rollout/time.ts";

describe("parseDurationSeconds", () => {
  it.each([
    ["2h", 7200],
    ["90m", 5400],
    ["48h", 172_800],
    ["7d", 604_800],
    ["1h30m", 5400],
    ["1d2h3m4s", 93_784],
    ["0s", 0],
  ])("reads %s as %i seconds", (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it.each(["", "2", "h", "2 h", "-2h", "2.5h", "30m1h", "2H", "2h ", "1w"])("refuses %j", (text) => {
    expect(() => parseDurationSeconds(text)).toThrow(
      `"${text}" is not a duration. Write whole numbers with d, h, m or s, such as 2h, 90m or 48h.`,
    );
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 s"],
    [59, "59 s"],
    [2400, "40 min"],
    [5400, "1 h 30 min"],
    [7200, "2 h"],
    [172_800, "48 h"],
    [604_800, "7 d"],
    [-5, "0 s"],
  ])("writes %i seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it("never says more than there is, and leaves out less than a sixtieth of what it says", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
        const said = parseDurationSeconds(formatDuration(seconds).replaceAll(" ", "").replace("min", "m"));
        expect(said).toBeLessThanOrEqual(seconds);
        expect(seconds - said).toBeLessThan(Math.max(1, seconds / 24));
      }),
    );
  });
});
