import { describe, expect, it } from "vitest";
import { decide } from "../../rollout/decide.ts";
import { laxerParts } from "../../rollout/rules/schedule-in-force.ts";
import { freezeWindowAt } from "../../rollout/schedule.ts";
import { type WeeklyFreezeWindow, weeklyWindowAt } from "../../rollout/weekly-freeze.ts";
import { guideSchedule, move, recordAt } from "../support/rollout.ts";

const saturdays: WeeklyFreezeWindow = {
  every: "saturday",
  from: "08:00",
  until: "23:00",
  timeZone: "Australia/Melbourne",
  reason: "weddings",
};

describe("a freeze window of each week", () => {
  // 28 November 2026 is a Saturday. Melbourne is at +11:00, and at +10:00 from 4 April to 3 October 2027.
  it.each<[string, Partial<WeeklyFreezeWindow>, string, string | undefined]>([
    ["its first minute", {}, "2026-11-27T21:00:00Z", "2026-11-28T12:00:00Z"],
    ["the minute before", {}, "2026-11-27T20:59:59Z", undefined],
    ["its last second", {}, "2026-11-28T11:59:59Z", "2026-11-28T12:00:00Z"],
    ["its end", {}, "2026-11-28T12:00:00Z", undefined],
    ["the same time of another day", {}, "2026-11-28T22:00:00Z", undefined],
    ["another zone's Saturday", { timeZone: "UTC" }, "2026-11-27T21:00:00Z", undefined],
    ["winter, by the same clock", {}, "2027-06-04T22:00:00Z", "2027-06-05T13:00:00Z"],
    ["a night, from the day before", { from: "18:00", until: "02:00" }, "2026-11-28T14:59:59Z", "2026-11-28T15:00:00Z"],
    ["a whole day, which ends when it began", { until: "08:00" }, "2026-11-28T20:59:59Z", "2026-11-28T21:00:00Z"],
    ["a night that is over", { from: "18:00", until: "02:00" }, "2026-11-28T15:00:00Z", undefined],
    // Clocks go back from 03:00 to 02:00 on Sunday, 4 April 2027: the night has an hour more.
    [
      "the night in which summer time ends",
      { from: "18:00", until: "04:00" },
      "2027-04-03T17:59:59Z",
      "2027-04-03T18:00:00Z",
    ],
    // Clocks go on from 02:00 to 03:00 on Sunday, 3 October 2027: the night has an hour less.
    ["the night in which summer time begins", { from: "18:00", until: "04:00" }, "2027-10-02T17:00:00Z", undefined],
    // 02:30 comes twice on 4 April 2027, at 15:30 and at 16:30 UTC: the window ends at the second one, and begins at the first.
    [
      "the hour that comes twice, at its end",
      { from: "22:00", until: "02:30" },
      "2027-04-03T16:29:59Z",
      "2027-04-03T16:30:00Z",
    ],
    [
      "the hour that comes twice, at its beginning",
      { every: "sunday", from: "02:30", until: "06:00" },
      "2027-04-03T15:30:00Z",
      "2027-04-03T20:00:00Z",
    ],
    // 02:30 does not come on 4 October 2026: at 16:00 UTC clocks go from 02:00 to 03:00.
    [
      "the hour that is left out, at its beginning",
      { every: "sunday", from: "02:30", until: "06:00" },
      "2026-10-03T16:00:00Z",
      "2026-10-03T19:00:00Z",
    ],
  ])("holds in %s", (_, change, now, until) => {
    expect(weeklyWindowAt({ ...saturdays, ...change }, new Date(now))?.until).toBe(until);
  });

  it("keeps a weight from rising, names its end, and keeps nobody from lowering", () => {
    const schedule = { ...guideSchedule, weeklyFreezeWindows: [saturdays] };
    const now = "2026-11-28T02:00:00Z";
    const rise = decide(move(recordAt(5), { weightPercent: 25 }, now, { schedule, timeZone: "Australia/Melbourne" }));
    expect(rise.accepted ? [] : rise.refusals.map(({ message }) => message)).toEqual([
      "You asked for 25 %, but no weight may rise until 23:00 (Melbourne), 12:00 UTC: weddings. Wait until then, or remove the window from rollout.weeklyFreezeWindows in an update of its own first. You can lower the weight at any time.",
    ]);
    expect(decide(move(recordAt(25), { weightPercent: 5 }, now, { schedule })).accepted).toBe(true);
    expect(freezeWindowAt(guideSchedule, new Date(now))).toBeUndefined();
  });

  it.each<[string, readonly WeeklyFreezeWindow[], boolean]>([
    ["stays", [saturdays], false],
    ["is longer", [{ ...saturdays, from: "06:00", until: "01:00" }], false],
    ["is a whole day", [{ ...saturdays, until: "08:00" }], false],
    ["is gone", [], true],
    ["begins later", [{ ...saturdays, from: "09:00" }], true],
    ["ends earlier", [{ ...saturdays, until: "22:00" }], true],
    ["is on another day", [{ ...saturdays, every: "sunday" }], true],
    ["is in another zone", [{ ...saturdays, timeZone: "UTC" }], true],
  ])("makes the schedule laxer or not where it %s", (_, weeklyFreezeWindows, isLaxer) => {
    const parts = laxerParts(
      { ...guideSchedule, weeklyFreezeWindows: [saturdays] },
      { ...guideSchedule, weeklyFreezeWindows },
      { now: new Date("2026-11-23T14:00:00Z") },
    );
    const gone = "the freeze window every saturday from 08:00 to 23:00 (weddings) is gone or shorter";
    expect(parts).toEqual(isLaxer ? [gone] : []);
  });
});
