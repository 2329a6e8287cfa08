import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import type { WantedRollout } from "../../../rollout/move.ts";
import { nextRecord } from "../../../rollout/next-record.ts";
import { parseRecord } from "../../../rollout/record.ts";
import { laxerParts } from "../../../rollout/rules/schedule-in-force.ts";
import type { Schedule } from "../../../rollout/schedule.ts";
import { because, bothImages, guideSchedule, move, recordAt } from "../../support/rollout.ts";

const hour = 3600;
const christmas = { from: "2026-12-24T00:00:00Z", until: "2026-12-27T00:00:00Z", reason: "weddings" };
const steps = (bakes: Readonly<Record<number, number>>): Schedule => ({
  ...guideSchedule,
  steps: Object.entries(bakes).map(([weight, hours]) => ({ weightPercent: Number(weight), bakeSeconds: hours * hour })),
});

/** What refuses an edit at 5 % whose rollout began by the guide's schedule, with a freeze window over Christmas. */
function refusals(
  schedule: Schedule,
  wanted: Partial<Omit<WantedRollout, "override">> & { override?: ReturnType<typeof because> },
) {
  const inForce = { ...guideSchedule, freezeWindows: [christmas] };
  const previous = recordAt(5, { schedule: inForce });
  const decision = decide(move(previous, wanted, "14:10", { schedule }));
  return decision.accepted ? [] : decision.refusals.map(({ rule, message }) => `${rule}: ${message}`);
}

const day = 24 * hour;
/** The guide's schedule with limits in days, and with what happens at them. */
const limited = (limits: Readonly<Record<number, number>>, onLimit?: Schedule["onLimit"]): Schedule => ({
  ...guideSchedule,
  steps: guideSchedule.steps.map((step) => {
    const days = limits[step.weightPercent];
    return days === undefined ? step : { ...step, limitSeconds: days * day };
  }),
  onLimit,
});

const frozen = (schedule: Schedule): Schedule => ({ ...schedule, freezeWindows: [christmas] });
const shorter = frozen(steps({ 5: 0.5, 25: 4, 50: 8, 100: 48 }));

describe("the schedule of a rollout that has begun", () => {
  it("gets no laxer in the edit that takes a step, nor in one that changes nothing else", () => {
    const message =
      "schedule: You made the schedule laxer while green has 5 %: the bake of 5 % went from 2 h to 30 min. The schedule of a rollout that has begun only gets stricter. Put it back, or set rolloutOverride to a reason, and rolloutOverrideAllows to schedule. At candidateWeight 0 you can change it freely.";
    expect(refusals(shorter, { weightPercent: 25 })).toEqual([message]);
    expect(refusals(shorter, {})).toEqual([message]);
  });

  it("is no matter where it stays, at weight 0, and on a first deployment", () => {
    expect(refusals(frozen(guideSchedule), {})).toEqual([]);
    const atZero = move(recordAt(0, { schedule: guideSchedule }), { weightPercent: 5 }, "14:10", { schedule: shorter });
    expect(decide(atZero).accepted).toBe(true);
    expect(decide(move(null, {}, "14:10", { schedule: shorter })).accepted).toBe(true);
  });

  it("gets no laxer in the edit that promotes", () => {
    const promote = { liveColour: "green", weightPercent: 0 } as const;
    const late = "2026-12-01T12:00:00Z";
    const decision = decide(move(recordAt(100, { schedule: guideSchedule }), promote, late, { schedule: shorter }));
    expect(decision.accepted ? [] : decision.refusals.map(({ rule }) => rule)).toEqual(["schedule"]);
  });

  it("gets laxer for a reason that allows just that", () => {
    expect(refusals(shorter, { override: because("INC-12: it must be out today") })).toEqual([
      expect.stringMatching(/allows bake, order and data, and not schedule\.$/),
    ]);
    expect(refusals(shorter, { override: because("INC-12: it must be out today", "schedule") })).toEqual([]);
  });

  it("is released where the weight returns to 0", () => {
    expect(refusals(shorter, { weightPercent: 0 })).toEqual([]);
  });

  it.each<[string, Schedule, readonly string[]]>([
    ["a longer bake", frozen(steps({ 5: 3, 25: 4, 50: 8, 100: 48 })), []],
    ["a step more", frozen(steps({ 5: 2, 10: 2, 25: 4, 50: 8, 100: 48 })), []],
    ["a step that is gone", frozen(steps({ 5: 2, 50: 8, 100: 48 })), ["the step 25 % is gone"]],
    [
      "several shorter bakes",
      frozen(steps({ 5: 2, 25: 1, 50: 8, 100: 24 })),
      ["the bake of 25 % went from 4 h to 1 h", "the bake of 100 % went from 48 h to 24 h"],
    ],
    [
      "a window that is gone",
      guideSchedule,
      ["the freeze window until 2026-12-27 00:00 UTC (weddings) is gone or shorter"],
    ],
    [
      "a window that ends earlier",
      { ...guideSchedule, freezeWindows: [{ ...christmas, until: "2026-12-26T00:00:00Z" }] },
      ["the freeze window until 2026-12-27 00:00 UTC (weddings) is gone or shorter"],
    ],
    [
      "a window in two parts without a gap",
      {
        ...guideSchedule,
        freezeWindows: [
          { ...christmas, from: "2026-12-25T12:00:00Z" },
          { ...christmas, until: "2026-12-25T12:00:00Z" },
        ],
      },
      [],
    ],
  ])("is compared part by part: %s", (_, next, parts) => {
    const now = new Date("2026-11-23T14:00:00Z");
    expect(laxerParts({ ...guideSchedule, freezeWindows: [christmas] }, next, { now })).toEqual(parts);
  });

  it.each<[string, Schedule, readonly string[]]>([
    ["the same", limited({ 5: 5, 25: 7 }, "rollback"), []],
    ["a shorter limit", limited({ 5: 3, 25: 7 }, "rollback"), []],
    ["a limit more", limited({ 5: 5, 25: 7, 50: 7 }, "rollback"), []],
    ["a longer limit", limited({ 5: 6, 25: 7 }, "rollback"), ["the limit of 5 % went from 5 d to 6 d"]],
    ["a limit that is gone", limited({ 5: 5 }, "rollback"), ["the limit of 25 %, 7 d, is gone"]],
    ["limits that only notify", limited({ 5: 5, 25: 7 }), ["rollout.onLimit went from rollback to notify"]],
    [
      "limits that only notify, by name",
      limited({ 5: 5, 25: 7 }, "notify"),
      ["rollout.onLimit went from rollback to notify"],
    ],
    [
      "no limits at all",
      guideSchedule,
      [
        "the limit of 5 %, 5 d, is gone",
        "the limit of 25 %, 7 d, is gone",
        "rollout.onLimit went from rollback to notify",
      ],
    ],
  ])("is compared limit by limit: %s", (_, next, parts) => {
    const now = new Date("2026-11-23T14:00:00Z");
    expect(laxerParts(limited({ 5: 5, 25: 7 }, "rollback"), next, { now })).toEqual(parts);
  });

  it.each<[number | undefined, number | undefined, readonly string[]]>([
    [40, 40, []],
    [40, 10, []],
    [40, 41, ["exposure.failedRequests went from 40 to 41"]],
    [40, undefined, ["exposure.failedRequests went from 40 to its default"]],
    [undefined, 26, ["exposure.failedRequests went from its default to 26"]],
    // The default is never less than 25.
    [undefined, 25, []],
    [undefined, undefined, []],
  ])("lets a rollout cost more for a reason only: from %s to %s failed requests", (before, after, parts) => {
    const now = new Date("2026-11-23T14:00:00Z");
    const withBudget = (mostFailedRequests: number | undefined) => ({ ...guideSchedule, mostFailedRequests });
    expect(laxerParts(withBudget(before), withBudget(after), { now })).toEqual(parts);
  });

  it("gets stricter by limits, and by what happens at them", () => {
    const now = new Date("2026-11-23T14:00:00Z");
    expect(laxerParts(guideSchedule, limited({ 5: 5 }, "rollback"), { now })).toEqual([]);
    expect(laxerParts(limited({ 5: 5 }), limited({ 5: 5 }, "rollback"), { now })).toEqual([]);
    expect(laxerParts(limited({ 5: 5 }), limited({ 5: 5 }), { now })).toEqual([]);
  });

  it("misses no rollback at a limit that it never had", () => {
    const now = new Date("2026-11-23T14:00:00Z");
    expect(laxerParts({ ...guideSchedule, onLimit: "rollback" }, guideSchedule, { now })).toEqual([]);
  });

  it("takes time between two windows for none", () => {
    const now = new Date("2026-11-23T14:00:00Z");
    const parts = [
      { ...christmas, until: "2026-12-25T12:00:00Z" },
      { ...christmas, from: "2026-12-25T12:01:00Z" },
    ];
    const inForce = { ...guideSchedule, freezeWindows: [christmas] };
    expect(laxerParts(inForce, { ...guideSchedule, freezeWindows: parts }, { now })).toHaveLength(1);
  });

  it("misses a weekly window that is gone, also where the file has none any more", () => {
    const now = new Date("2026-11-23T14:00:00Z");
    const { steps, freezeWindows } = guideSchedule;
    const weekly = { days: ["saturday"], from: "08:00", until: "20:00", timeZone: "UTC", reason: "weddings" } as never;
    const inForce = { steps, freezeWindows, weeklyFreezeWindows: [weekly] };
    const gone = [expect.stringMatching(/^the freeze window .* is gone or shorter$/)];
    expect(laxerParts(inForce, guideSchedule, { now })).toEqual(gone);
    expect(laxerParts(inForce, { ...guideSchedule, weeklyFreezeWindows: [] }, { now })).toEqual(gone);
    expect(laxerParts(inForce, inForce, { now })).toEqual([]);
  });

  it("misses no freeze window that is over", () => {
    const now = new Date("2026-12-28T00:00:00Z");
    expect(laxerParts({ ...guideSchedule, freezeWindows: [christmas] }, guideSchedule, { now })).toEqual([]);
  });

  it("holds for the steps below the weight too, which can be lowered to and taken again", () => {
    const previous = recordAt(50, { schedule: guideSchedule });
    for (const [schedule, part] of [
      [steps({ 5: 0.5, 25: 4, 50: 8, 100: 48 }), "the bake of 5 % went from 2 h to 30 min"],
      [steps({ 5: 2, 50: 8, 100: 48 }), "the step 25 % is gone"],
      [steps({ 5: 2, 25: 4, 100: 48 }), "the step 50 % is gone"],
    ] as const) {
      const decision = decide(move(previous, { weightPercent: 5 }, "14:10", { schedule }));
      expect(decision.accepted ? [] : decision.refusals.map(({ message }) => message)).toEqual([
        expect.stringContaining(`You made the schedule laxer while green has 50 %: ${part}.`),
      ]);
    }
  });
});

describe("the record of a rollout", () => {
  const at = new Date("2026-11-23T15:00:00Z");
  const observed = { liveColour: "blue", images: bothImages, schedule: guideSchedule } as const;
  const { steps: inForce, freezeWindows } = guideSchedule;

  it("keeps the schedule from the first step on, and lets it go at 0", () => {
    const begun = nextRecord(recordAt(0), { ...observed, weightPercent: 5 }, at);
    expect(begun.schedule).toEqual({ steps: inForce, freezeWindows });
    expect(nextRecord(begun, { ...observed, weightPercent: 0 }, at)).not.toHaveProperty("schedule");
    const full = nextRecord(recordAt(50), { ...observed, weightPercent: 100 }, at);
    expect(nextRecord(full, { ...observed, liveColour: "green", weightPercent: 0 }, at)).not.toHaveProperty("schedule");
  });

  it("keeps the budget that the rollout began with, and tells where it changes", () => {
    const schedule = { ...guideSchedule, mostFailedRequests: 40 };
    const begun = nextRecord(recordAt(0), { ...observed, schedule, weightPercent: 5 }, at);
    expect(begun.schedule).toEqual({ steps: inForce, mostFailedRequests: 40, freezeWindows });
    expect(parseRecord(structuredClone(begun))).toEqual(begun);
    expect(nextRecord(begun, { ...observed, schedule, weightPercent: 5 }, at)).toBe(begun);
    const changed = nextRecord(begun, { ...observed, weightPercent: 5 }, at);
    expect(changed.schedule).not.toHaveProperty("mostFailedRequests");
    expect(changed.history.at(-1)?.event).toBe("rescheduled");
  });

  it("keeps the limits and what happens at them, and tells where they change", () => {
    const strict = limited({ 5: 5, 100: 7 }, "rollback");
    const begun = nextRecord(recordAt(0), { ...observed, schedule: strict, weightPercent: 5 }, at);
    expect(begun.schedule).toEqual({ steps: strict.steps, onLimit: "rollback", freezeWindows });
    expect(parseRecord(structuredClone(begun))).toEqual(begun);
    expect(nextRecord(begun, { ...observed, schedule: strict, weightPercent: 5 }, at)).toBe(begun);
    const lax = nextRecord(begun, { ...observed, schedule: limited({ 5: 6, 100: 7 }), weightPercent: 5 }, at);
    expect(lax.schedule?.steps[0]?.limitSeconds).toBe(6 * day);
    expect(lax.schedule).not.toHaveProperty("onLimit");
    expect(lax.history.at(-1)?.event).toBe("rescheduled");
  });

  it("tells of a schedule that changed on the way, with the reason", () => {
    const begun = nextRecord(recordAt(0), { ...observed, weightPercent: 5 }, at);
    expect(nextRecord(begun, { ...observed, weightPercent: 5 }, at)).toBe(begun);
    const stricter = steps({ 5: 3, 25: 4, 50: 8, 100: 48 });
    const after = nextRecord(begun, { ...observed, weightPercent: 5, schedule: stricter }, at, {
      override: "INC-12: watch it longer",
      overrode: ["schedule"],
    });
    expect(after.schedule?.steps).toEqual(stricter.steps);
    expect(after.since).toBe(begun.since);
    expect(after.history.at(-1)).toMatchObject({
      event: "rescheduled",
      override: "INC-12: watch it longer",
      overrode: ["schedule"],
    });
  });
});
