import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dateAndTime, formatDuration, formatInstant, isTimeZone, parseDurationSeconds } from "../../rollout/time.ts";

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
    [93_784, "26 h 3 min"],
    [172_800, "48 h"],
    [259_199, "71 h 59 min"],
    [259_200, "3 d"],
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

describe("formatInstant", () => {
  const timeZone = "Australia/Melbourne";
  const at = (instant: string, now: string, zone?: string) =>
    formatInstant(new Date(instant), { now: new Date(now), timeZone: zone });

  it.each([
    ["today", "2026-11-23T14:20:00Z", "2026-11-23T09:00:00Z", "14:20 UTC"],
    ["another day", "2026-11-24T14:20:00Z", "2026-11-23T09:00:00Z", "2026-11-24 14:20 UTC"],
    ["a wait that ends within a minute", "2026-11-23T14:20:05Z", "2026-11-23T09:00:00Z", "14:21 UTC"],
    ["the last second of a day", "2026-11-23T23:59:30Z", "2026-11-23T09:00:00Z", "2026-11-24 00:00 UTC"],
  ])("writes %s in UTC where no zone is named", (_what, instant, now, text) => {
    expect(at(instant, now)).toBe(text);
    expect(at(instant, now, "UTC")).toBe(text);
  });

  it.each([
    ["the same day in both", "2026-11-23T03:20:00Z", "2026-11-23T01:00:00Z", "14:20 (Melbourne), 03:20 UTC"],
    [
      "today here and yesterday in UTC",
      "2026-11-22T21:00:00Z",
      "2026-11-23T01:00:00Z",
      "08:00 (Melbourne), 2026-11-22 21:00 UTC",
    ],
    [
      "tomorrow here and today in UTC",
      "2026-11-23T21:00:00Z",
      "2026-11-23T01:00:00Z",
      "2026-11-24 08:00 (Melbourne), 2026-11-23 21:00 UTC",
    ],
    ["another day in both", "2026-11-25T03:20:00Z", "2026-11-23T01:00:00Z", "2026-11-25 14:20 (Melbourne), 03:20 UTC"],
  ])("writes %s", (_what, instant, now, text) => {
    expect(at(instant, now, timeZone)).toBe(text);
  });

  it("tells the hour that happens twice apart, when daylight saving ends", () => {
    const now = "2027-04-03T13:30:00Z";
    expect(at("2027-04-03T15:30:00Z", now, timeZone)).toBe("02:30 (Melbourne), 2027-04-03 15:30 UTC");
    expect(at("2027-04-03T16:30:00Z", now, timeZone)).toBe("02:30 (Melbourne), 2027-04-03 16:30 UTC");
  });

  it("skips the hour that does not happen, when daylight saving begins", () => {
    expect(dateAndTime(new Date("2026-10-03T15:59:00Z"), timeZone)).toEqual({ date: "2026-10-04", time: "01:59" });
    expect(dateAndTime(new Date("2026-10-03T16:00:00Z"), timeZone)).toEqual({ date: "2026-10-04", time: "03:00" });
  });

  it("writes midnight as 00:00", () => {
    expect(dateAndTime(new Date("2026-11-22T13:00:00Z"), timeZone)).toEqual({ date: "2026-11-23", time: "00:00" });
  });

  it("names the place alone, in its own words", () => {
    const zone = "America/Argentina/Buenos_Aires";
    expect(at("2026-11-23T14:20:00Z", "2026-11-23T09:00:00Z", zone)).toBe("11:20 (Buenos Aires), 14:20 UTC");
    expect(at("2026-11-23T14:20:00Z", "2026-11-23T09:00:00Z", "America/New_York")).toBe("09:20 (New York), 14:20 UTC");
  });
});

describe("isTimeZone", () => {
  it.each(["Australia/Melbourne", "UTC", "America/Argentina/Buenos_Aires", "Asia/Kolkata"])("knows %s", (zone) => {
    expect(isTimeZone(zone)).toBe(true);
  });

  it.each(["", "Melbourne", "Australia/Melborne", "+10:00", "AEST", "Australia/", "Australia/Melbourne "])(
    "knows no zone %j",
    (zone) => {
      expect(isTimeZone(zone)).toBe(false);
    },
  );
});
