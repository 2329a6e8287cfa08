import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import { nextRecord } from "../../../rollout/next-record.ts";
import { parseRecord, type RolloutRecord } from "../../../rollout/record.ts";
import type { Settings } from "../../../rollout/settings.ts";
import { because, bothImages, guideSchedule, move, recordAt } from "../../support/rollout.ts";

const guardrail = '{"metric":"pageLoad","objectAbove":2}';
const settings: Settings = { "alerts.errorRatePercent": 1, "api.memoryMib": 2048 };
const safeguards: Settings = {
  "verify.required": true,
  "verify.validFor": "14d",
  "rollout.rollbackWindow": "48h",
  "rollout.guardrails": `[${guardrail}]`,
  "api.minTasks": 2,
};
const freeze = { from: "2026-12-19T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: "weddings" };
const schedule = { ...guideSchedule, freezeWindows: [freeze] };

const deployed = (weightPercent: number): RolloutRecord =>
  recordAt(weightPercent, { deployedFile: { schedule, settings, safeguards }, settings, schedule });

/** What refuses an edit, long after the bake; at the given weight where it names none. */
function refusals(
  edit: Omit<Parameters<typeof move>[1], "liveColour"> & { readonly liveColour?: "green" },
  { from = 0, over = {}, previous = deployed(from) }: { from?: number; over?: object; previous?: RolloutRecord } = {},
) {
  const asked = { settings, safeguards, ...edit };
  const decision = decide(move(previous, asked, "2026-11-27T12:00:00Z", { schedule, ...over }));
  return decision.accepted ? [] : decision.refusals.map(({ rule, message }) => `${rule}: ${message}`);
}

const unverified = { ...safeguards, "verify.required": false };
const laxer = { ...schedule, steps: [{ weightPercent: 100, bakeSeconds: 300 }] };

describe("an edit that raises the weight or promotes", () => {
  it("takes nothing away that guards it: says what was changed, what stands, and what to do", () => {
    const message =
      "settings: You changed verify.required from true to false in the edit that raises the weight. A rise changes the weights and nothing else, and is judged by what the last update left. Put true back, or make that change in an update of its own first, with liveColour blue and candidateWeight 0 (npm run rollout -- apply --stage <stage>), or set rolloutOverride to a reason, and rolloutOverrideAllows to verify.required.";
    expect(refusals({ weightPercent: 5, safeguards: unverified })).toEqual([message]);
    expect(refusals({ weightPercent: 25, safeguards: unverified }, { from: 5 })).toEqual([
      message.replace("candidateWeight 0", "candidateWeight 5"),
    ]);
    expect(refusals({ liveColour: "green", weightPercent: 0, safeguards: unverified }, { from: 100 })).toEqual([
      message
        .replace("raises the weight", "promotes green")
        .replace("A rise", "A promote")
        .replace("candidateWeight 0", "candidateWeight 100"),
    ]);
  });

  it("makes no schedule laxer from weight 0, and no other setting another one", () => {
    expect(refusals({ weightPercent: 100 }, { over: { schedule: laxer } })).toEqual([
      "schedule: You made the schedule laxer in the edit that raises the weight: the step 5 % is gone; the step 25 % is gone; the step 50 % is gone; the bake of 100 % went from 48 h to 5 min. A rise changes the weights and nothing else, and is judged by what the last update left. Put the schedule back, or make that change in an update of its own first, with liveColour blue and candidateWeight 0 (npm run rollout -- apply --stage <stage>), or set rolloutOverride to a reason, and rolloutOverrideAllows to schedule.",
    ]);
    const unfrozen = { ...schedule, freezeWindows: [] };
    expect(refusals({ weightPercent: 5 }, { over: { schedule: unfrozen } })[0]).toContain(
      "the freeze window until 2027-01-04 00:00 UTC (weddings) is gone or shorter",
    );
    expect(refusals({ weightPercent: 5, settings: { ...settings, "alerts.errorRatePercent": 50 } })).toEqual([
      expect.stringContaining("You changed alerts.errorRatePercent from 1 to 50 in the edit that raises the weight."),
    ]);
  });

  it.each<[string, Settings, boolean]>([
    ["fewer tasks at least", { "api.minTasks": 1 }, false],
    ["more tasks at least, which is another resource", { "api.minTasks": 3 }, false],
    ["a verdict that is valid for longer", { "verify.validFor": "15d" }, false],
    ["a verdict that is valid for less", { "verify.validFor": "1d" }, true],
    ["a shorter way back", { "rollout.rollbackWindow": "1h" }, false],
    ["a longer way back", { "rollout.rollbackWindow": "72h" }, true],
    ["no guardrail", { "rollout.guardrails": "[]" }, false],
    ["a guardrail that objects later", { "rollout.guardrails": '[{"metric":"pageLoad","objectAbove":3}]' }, false],
    ["a further guardrail", { "rollout.guardrails": `[{"metric":"lines","objectAbove":2},${guardrail}]` }, true],
    ["feedback that objects", { "rollout.feedback.from": "a.csv", "rollout.feedback.objectAbovePercent": 20 }, true],
  ])("with %s is let through only where it asks for more", (_, change, isLet) => {
    expect(refusals({ weightPercent: 5, safeguards: { ...safeguards, ...change } })).toHaveLength(isLet ? 0 : 1);
  });

  it.each<[string, Settings, Settings, boolean]>([
    ["the same validity in other words", { "verify.validFor": "14d" }, { "verify.validFor": "336h" }, true],
    ["the same way back in other words", { "rollout.rollbackWindow": "48h" }, { "rollout.rollbackWindow": "2d" }, true],
    [
      "one of two guardrails",
      { "rollout.guardrails": `[{"metric":"lines","objectAbove":2},${guardrail}]` },
      { "rollout.guardrails": `[${guardrail}]` },
      false,
    ],
    [
      "other feedback, or none",
      { "rollout.feedback.objectAbovePercent": 20 },
      { "rollout.feedback.objectAbovePercent": 90 },
      false,
    ],
    ["a guardrail where there was none", {}, { "rollout.guardrails": `[${guardrail}]` }, true],
  ])("with %s is let through only where it asks for no less", (_, before, after, isLet) => {
    const previous = { ...deployed(0), deployedFile: { schedule, settings, safeguards: before } };
    expect(refusals({ weightPercent: 5, safeguards: after }, { previous })).toHaveLength(isLet ? 0 : 1);
  });

  it("leaves what the tasks see, and what is fixed above 0, to their own rules", () => {
    const releases = { blue: { "api.memoryMib": 2048, "api.debug": false }, green: { "api.memoryMib": 2048 } };
    const file = { schedule, settings: { ...settings, "api.debug": false }, safeguards };
    const previous = { ...deployed(0), releaseSettings: releases, deployedFile: file };
    const asked = { ...settings, "api.memoryMib": 4096 };
    const found = refusals(
      { weightPercent: 5, settings: asked, taskSettings: { "api.memoryMib": 4096 } },
      { previous },
    );
    expect(found.map((text) => text.replace(/ from .*/, ""))).toEqual([
      "settings: You changed api.debug",
      "settings: You changed api.memoryMib",
    ]);
    expect(found[0]).toContain("It is part of a release");
    const tightened = { ...settings, "alerts.errorRatePercent": 50 };
    expect(refusals({ weightPercent: 25, settings: tightened }, { from: 5 })).toEqual([
      expect.stringContaining("Both colours run with it, live too"),
    ]);
    expect(refusals({ weightPercent: 25 }, { from: 5, over: { schedule: laxer } })).not.toContainEqual(
      expect.stringContaining("in the edit that"),
    );
  });

  it("is judged by what is deployed where nobody tells what is asked for", () => {
    expect(refusals({ weightPercent: 5, settings: undefined, safeguards: undefined })).toEqual([]);
  });

  it("may ask for more: a verdict, longer bakes", () => {
    const asksLess = { ...safeguards, "verify.required": false };
    const previous = { ...deployed(0), deployedFile: { schedule: guideSchedule, settings, safeguards: asksLess } };
    const longer = { ...guideSchedule, steps: guideSchedule.steps.map((step) => ({ ...step, bakeSeconds: 999_999 })) };
    expect(refusals({ weightPercent: 5 }, { previous, over: { schedule: longer } })).toEqual([]);
  });

  it("is let through by a reason that names the key, or the schedule", () => {
    const override = because("INC-12: the login is broken for all", "verify.required");
    expect(refusals({ weightPercent: 5, safeguards: unverified, override })).toEqual([]);
    expect(refusals({ weightPercent: 100, override }, { over: { schedule: laxer } })[0]).toMatch(/and not schedule\.$/);
  });

  it("is judged as before where an older version left the record", () => {
    const { deployedFile: _, ...older } = deployed(0);
    expect(refusals({ weightPercent: 5, safeguards: unverified }, { previous: older })).toEqual([]);
  });
});

describe("an edit that does not", () => {
  it.each<[string, Parameters<typeof refusals>[0], number]>([
    ["keeps the weight at 0", { settings: { ...settings, "alerts.errorRatePercent": 50 } }, 0],
    ["keeps the weight above 0", {}, 25],
    ["lowers the weight", { weightPercent: 5 }, 25],
    ["gives all traffic back to live", { weightPercent: 0, settings: { ...settings, "alerts.window": "1m" } }, 25],
  ])("changes what guards a rollout freely: one that %s", (_, edit, from) => {
    expect(refusals({ ...edit, safeguards: unverified }, { from })).toEqual([]);
  });
});

describe("the record", () => {
  const at = new Date("2026-11-27T12:00:00Z");
  const observed = {
    liveColour: "blue",
    weightPercent: 0,
    images: bothImages,
    schedule,
    settings,
    safeguards,
  } as const;

  it("has what the last update's file said, at any weight, and reads it back", () => {
    const file = { schedule: { steps: schedule.steps, freezeWindows: [freeze] }, settings, safeguards };
    expect(nextRecord(null, observed, at).deployedFile).toStrictEqual(file);
    const begun = nextRecord(deployed(0), { ...observed, weightPercent: 5 }, at);
    expect(begun.deployedFile).toStrictEqual(file);
    expect(parseRecord(JSON.parse(JSON.stringify(begun)))).toEqual(begun);
  });

  it("follows a change that moves nothing, and no entry of the history tells of it", () => {
    const before = nextRecord(null, observed, at);
    expect(nextRecord(before, observed, at)).toBe(before);
    const after = nextRecord(before, { ...observed, safeguards: unverified }, at);
    expect(after).toStrictEqual({ ...before, deployedFile: { ...before.deployedFile, safeguards: unverified } });
  });
});
