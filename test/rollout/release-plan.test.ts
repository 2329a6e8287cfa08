import { describe, expect, it } from "vitest";
import { nextInOfficeHours, type OfficeHours } from "../../rollout/office-hours.ts";
import { alternativesFor, isPlanStart, planRelease, type ReleasePlanInput } from "../../rollout/release-plan.ts";
import type { Schedule } from "../../rollout/schedule.ts";

const hour = 3600;
const timeZone = "Australia/Melbourne";
const workdays = ["monday", "tuesday", "wednesday", "thursday", "friday"] as const;
const officeHours: OfficeHours = { days: workdays, from: "09:00", until: "17:00" };

/** The guide's schedule (R1, R3). */
const schedule: Schedule = {
  steps: [
    { weightPercent: 5, bakeSeconds: 2 * hour },
    { weightPercent: 25, bakeSeconds: 4 * hour },
    { weightPercent: 50, bakeSeconds: 8 * hour },
    { weightPercent: 100, bakeSeconds: 48 * hour },
  ],
  rollbackWindowSeconds: 48 * hour,
  freezeWindows: [],
};

/** Monday; day 10 is Wednesday 9 December 2026. Melbourne is 11 hours ahead of UTC. */
const monday: ReleasePlanInput = { start: "2026-11-30", timeZone, officeHours, schedule };

const shown = (input: ReleasePlanInput) =>
  planRelease(input).moves.map(({ kind, weightPercent, at, day }) => [
    kind === "step" ? weightPercent : kind,
    day,
    at.toISOString().slice(0, 16),
  ]);

describe("the office hours", () => {
  const next = (text: string, hours = officeHours) => nextInOfficeHours(hours, timeZone, new Date(text)).toISOString();

  it.each([
    ["within them", "2026-12-09T01:30:00.000Z", "2026-12-09T01:30:00.000Z"],
    ["at their first moment", "2026-12-08T22:00:00.000Z", "2026-12-08T22:00:00.000Z"],
    ["before they open", "2026-12-08T20:00:00.000Z", "2026-12-08T22:00:00.000Z"],
    ["at their end", "2026-12-09T06:00:00.000Z", "2026-12-09T22:00:00.000Z"],
    ["on Friday evening", "2026-12-11T07:00:00.000Z", "2026-12-13T22:00:00.000Z"],
    ["on Saturday", "2026-12-12T01:00:00.000Z", "2026-12-13T22:00:00.000Z"],
  ])("are found %s", (_, from, at) => {
    expect(next(from)).toBe(at);
  });

  it("open at the same local time after the clocks have changed", () => {
    // Daylight saving began on Sunday, 4 October 2026: 9:00 is 23:00 UTC before, and 22:00 UTC after.
    expect(next("2026-10-01T23:30:00.000Z")).toBe("2026-10-01T23:30:00.000Z");
    expect(next("2026-10-01T20:00:00.000Z")).toBe("2026-10-01T23:00:00.000Z");
    expect(next("2026-10-03T00:00:00.000Z")).toBe("2026-10-04T22:00:00.000Z");
  });

  it("find the one day of the week that they have, and refuse to have none", () => {
    expect(next("2026-12-09T06:00:00.000Z", { ...officeHours, days: ["wednesday"] })).toBe("2026-12-15T22:00:00.000Z");
    expect(() => next("2026-12-09T06:00:00.000Z", { ...officeHours, days: [] })).toThrow("name no day");
  });
});

it.each([
  ["2026-11-30", true],
  ["2028-02-29", true],
  ["2026-02-29", false],
  ["2026-13-01", false],
  ["2026-11", false],
  ["2026-11-3", false],
  ["30.11.2026", false],
  ["+012026-11-30", false],
  ["", false],
])("a plan may start on %j: %s", (text, isDay) => {
  expect(isPlanStart(text)).toBe(isDay);
});

describe("the guide's schedule from a Monday on", () => {
  it("begins on day 10 and has all traffic on day 11, as the guide does", () => {
    expect(shown(monday).slice(0, 4)).toEqual([
      [5, 10, "2026-12-08T22:00"],
      [25, 10, "2026-12-09T00:00"],
      [50, 10, "2026-12-09T04:00"],
      [100, 11, "2026-12-09T22:00"],
    ]);
  });

  it("says that promote and retire fall on days after the weekend, and which start would fit", () => {
    const { misfits } = planRelease(monday);
    // 48 h after Thursday is Saturday, and nobody is there before Monday.
    expect(shown(monday).slice(4)).toEqual([
      ["promote", 15, "2026-12-13T22:00"],
      ["retire", 17, "2026-12-15T22:00"],
    ]);
    expect(misfits).toEqual([
      "promote is on day 15, after the guide's 14 days.",
      "retire is on day 17, after the guide's 14 days.",
    ]);
  });

  it("says why a move waits", () => {
    const { moves } = planRelease(monday);
    expect(moves.map(({ waitsFor }) => waitsFor)).toEqual([[], [], [], ["office hours"], ["office hours"], []]);
  });
});

describe("what would fit better", () => {
  const offered = (rollbackWindowHours: number, over: Partial<ReleasePlanInput> = {}) =>
    alternativesFor({
      ...monday,
      ...over,
      schedule: { ...schedule, rollbackWindowSeconds: rollbackWindowHours * hour },
    }).map(({ change, misfits }) => [change, ...misfits]);

  it("is told where it fits wholly first, and never as a longer rollback window", () => {
    expect(offered(48)).toEqual([
      ["start on 2026-12-05 and set rollout.rollbackWindow to 24h"],
      ["start on 2026-12-05 and set rollout.rollbackWindow to 12h"],
      ["start on 2026-12-01", "retire is on day 16, after the guide's 14 days."],
    ]);
    expect(offered(12)).toEqual([
      ["start on 2026-12-05"],
      ["start on 2026-12-01", "retire is on day 15, after the guide's 14 days."],
      ["start on 2026-12-06", "retire is on day 16, after the guide's 14 days."],
    ]);
  });

  it("is one change rather than two", () => {
    const withSaturdays: OfficeHours = { ...officeHours, days: [...workdays, "saturday"] };
    expect(offered(48, { start: "2026-12-02", officeHours: withSaturdays })).toEqual([
      ["set rollout.rollbackWindow to 24h"],
      ["set rollout.rollbackWindow to 12h"],
      ["start on 2026-12-05 and set rollout.rollbackWindow to 24h"],
    ]);
  });
});

describe("a plan that fits", () => {
  it("needs no other one", () => {
    const everyDay = { ...officeHours, days: [...workdays, "saturday", "sunday"] as const };
    const fits = { ...monday, officeHours: everyDay, schedule: { ...schedule, rollbackWindowSeconds: 24 * hour } };
    expect(planRelease(fits).misfits).toEqual([]);
    expect(shown(fits).slice(4)).toEqual([
      ["promote", 13, "2026-12-11T22:00"],
      ["retire", 14, "2026-12-12T22:00"],
    ]);
    expect(alternativesFor(fits)).toEqual([]);
  });
});

describe("what a step waits for", () => {
  it("is the end of a freeze window, which holds no promote", () => {
    const frozen = {
      from: "2026-12-08T00:00:00+11:00",
      until: "2026-12-10T12:00:00+11:00",
      reason: "a large wedding",
    };
    const later = { from: "2026-12-16T00:00:00+11:00", until: "2026-12-17T00:00:00+11:00", reason: "audit" };
    const { moves } = planRelease({ ...monday, schedule: { ...schedule, freezeWindows: [frozen, later] } });
    expect(moves[0]?.at.toISOString()).toBe("2026-12-10T01:00:00.000Z");
    expect(moves[0]?.waitsFor).toEqual(["the freeze window (a large wedding)"]);
    const promote = moves.find(({ kind }) => kind === "promote");
    expect(promote?.at.toISOString()).toBe("2026-12-15T22:00:00.000Z");
  });

  it("is the requests that the gate needs, where they are known", () => {
    const secondsToPass = { 5: 2 * hour, 25: 4 * hour, 50: 18 * hour, 100: 48 * hour };
    const { moves, misfits } = planRelease({ ...monday, secondsToPass });
    expect(moves[3]?.waitsFor).toEqual(["requests, for 10 h"]);
    expect(moves[3]?.at.toISOString()).toBe("2026-12-09T22:00:00.000Z");
    expect(misfits).toHaveLength(2);
  });

  it("is told where no bake would do, and where its limit comes first", () => {
    const steps = schedule.steps.map((step) => ({ ...step, limitSeconds: step.bakeSeconds + 24 * hour }));
    const { misfits } = planRelease({
      ...monday,
      schedule: { ...schedule, steps },
      secondsToPass: { 5: 60 * hour, 25: undefined, 50: 8 * hour, 100: 48 * hour },
    });
    expect(misfits).toEqual([
      "The 25 % step probably does not pass within 7 days with this traffic: the plan counts its bake alone.",
      "The 5 % step reaches its limit of 26 h before the next move.",
      "100 % begins on day 16; the guide has it by day 11.",
      "promote is on day 18, after the guide's 14 days.",
      "retire is on day 22, after the guide's 14 days.",
    ]);
  });

  it("is over at a step's limit, also where the next move comes at that moment", () => {
    // The 50 % step stands for the 18 h from Wednesday, 15:00 on.
    const limited = (limitSeconds: number) =>
      planRelease({
        ...monday,
        schedule: {
          ...schedule,
          steps: schedule.steps.with(2, { weightPercent: 50, bakeSeconds: 8 * hour, limitSeconds }),
        },
      }).misfits[0];
    expect(limited(18 * hour)).toBe("The 50 % step reaches its limit of 18 h before the next move.");
    expect(limited(18 * hour + 1)).toMatch(/^promote is on day 15/);
  });

  it("is refused where freeze windows leave no moment", () => {
    const always = workdays.map((every) => ({ every, from: "08:00", until: "18:00", timeZone, reason: "x" }));
    expect(() => planRelease({ ...monday, schedule: { ...schedule, weeklyFreezeWindows: always } })).toThrow(
      "leave no moment",
    );
  });
});
