import { describe, expect, it } from "vitest";
import { decide } from "../../rollout/decide.ts";
import { clearLatch, type Latch, missingLatch } from "../../rollout/latch.ts";
import type { Move, Refusal } from "../../rollout/move.ts";
import { allowances, reasonFor } from "../../rollout/override.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { bothImages, digest, guideSchedule, move, promotedRecord, recordAt } from "../support/rollout.ts";

const info = { "api.logLevel": "info" };
const debug = { "api.logLevel": "debug" };
const set: Latch = {
  state: "set",
  at: "2026-11-23T12:30:00.123Z",
  reason: "portal-production-green-unfit",
  rolledBack: "green",
};
const keys = { current: 1, alsoAccepted: null, since: "2026-11-01T00:00:00.000Z", acceptedUntil: null };
const freeze = { from: "2026-11-23T00:00:00Z", until: "2026-11-24T00:00:00Z", reason: "weddings" };
const laxer = {
  ...guideSchedule,
  steps: guideSchedule.steps.map((step) => ({ ...step, bakeSeconds: 60, bakeText: "1m" })),
};

/** What is asked, and what is so: every way in which the rules refuse. */
const cases: readonly (readonly [what: string, rule: Refusal["rule"], asked: Move])[] = [
  ["a first deployment at 5 %", "first deployment", move(null, { weightPercent: 5 }, "12:00")],
  ["a weight that no step has", "known step", move(recordAt(0), { weightPercent: 7 }, "12:00")],
  ["a weight whose step is gone", "known step", move(recordAt(30), {}, "12:00")],
  ["a step that is left out", "order", move(recordAt(5), { weightPercent: 50 }, "20:00")],
  ["a step too early", "bake", move(recordAt(5), { weightPercent: 25 }, "12:40")],
  ["a promote too early", "bake", move(recordAt(100), { liveColour: "green", weightPercent: 0 }, "12:40")],
  ["a clock that is behind", "bake", move(recordAt(5), { weightPercent: 25 }, "11:00")],
  [
    "a freeze",
    "freeze",
    move(recordAt(0), { weightPercent: 5 }, "13:00", { schedule: { ...guideSchedule, freezeWindows: [freeze] } }),
  ],
  ["a laxer schedule", "schedule", move(recordAt(5, { schedule: guideSchedule }), {}, "13:00", { schedule: laxer })],
  [
    "a frozen setting",
    "settings",
    move(recordAt(5, { settings: { "api.memoryMib": 512 } }), { settings: { "api.memoryMib": 1024 } }, "13:00"),
  ],
  [
    "a setting without a candidate",
    "settings",
    move(
      recordAt(0, { images: { ...bothImages, green: null }, releaseSettings: { blue: info, green: null } }),
      { taskSettings: debug },
      "13:00",
    ),
  ],
  [
    "a setting in the return window",
    "settings",
    move(promotedRecord({ releaseSettings: { blue: info, green: info } }), { taskSettings: debug }, "13:00"),
  ],
  [
    "a setting with a step",
    "settings",
    move(
      recordAt(0, { releaseSettings: { blue: info, green: info } }),
      { taskSettings: debug, weightPercent: 5 },
      "13:00",
    ),
  ],
  ["drift", "drift", move(recordAt(25), {}, "13:00", { realWeights: { blue: 100, green: 0 } })],
  ["no weight at all", "drift", move(recordAt(25), {}, "13:00", { realWeights: { blue: 0, green: 0 } })],
  ["a set latch", "latch", move(recordAt(25), {}, "13:00", { latch: set })],
  ["a deleted latch", "latch", move(recordAt(25), {}, "13:00", { latch: missingLatch("/p/production/rollout/latch") })],
  [
    "a promote under a latch",
    "latch",
    move(recordAt(100), { liveColour: "green", weightPercent: 0 }, "2026-12-01T12:00:00Z", { latch: set }),
  ],
  ["a flip under traffic", "promote", move(recordAt(5), { liveColour: "green" }, "20:00")],
  [
    "a flip at 100 % without the weight",
    "promote",
    move(recordAt(100), { liveColour: "green" }, "2026-12-01T12:00:00Z"),
  ],
  ["a return without a promote", "back after promote", move(recordAt(0), { liveColour: "green" }, "13:00")],
  [
    "a return after its window",
    "back after promote",
    move(promotedRecord(), { liveColour: "blue" }, "2026-12-01T12:00:00Z"),
  ],
  [
    "a return to what was rolled back",
    "back after promote",
    move(promotedRecord(), { liveColour: "blue" }, "13:00", { latch: { ...set, rolledBack: "blue" } }),
  ],
  ["the old release again", "new release", move(promotedRecord(), { weightPercent: 5 }, "13:00")],
  [
    "the release returned from again",
    "returned release",
    move(
      recordAt(0, { returnedFrom: { at: "2026-11-23T11:00:00.000Z", image: digest("b") } }),
      { weightPercent: 5 },
      "13:00",
    ),
  ],
  [
    "a missing image",
    "images",
    move(recordAt(0), { weightPercent: 5, images: { ...bothImages, green: null } }, "13:00"),
  ],
  ["live's image", "images", move(recordAt(0), { images: { ...bothImages, blue: digest("c") } }, "13:00")],
  ["an image under traffic", "images", move(recordAt(5), { images: { ...bothImages, green: digest("c") } }, "13:00")],
  ["a removed image under traffic", "images", move(recordAt(5), { images: { ...bothImages, green: null } }, "13:00")],
  ["a warm image", "images", move(promotedRecord(), { images: { ...bothImages, blue: digest("c") } }, "13:00")],
  [
    "a key out of order",
    "signing key",
    move(recordAt(0), { signingKeys: { current: 3, alsoAccepted: null, loginLifetimeSeconds: 60 } }, "13:00"),
  ],
  [
    "a key under traffic",
    "signing key",
    move(recordAt(5), { signingKeys: { current: 1, alsoAccepted: 2, loginLifetimeSeconds: 60 } }, "13:00"),
  ],
  [
    "a key with an image",
    "signing key",
    move(
      recordAt(0),
      {
        signingKeys: { current: 1, alsoAccepted: 2, loginLifetimeSeconds: 60 },
        images: { ...bothImages, green: digest("c") },
      },
      "13:00",
    ),
  ],
  [
    "a grace that is not over",
    "signing key",
    move(
      recordAt(0, { signingKeys: { ...keys, current: 2, alsoAccepted: 1, acceptedUntil: "2026-12-20T00:00:00.000Z" } }),
      { signingKeys: { current: 2, alsoAccepted: null, loginLifetimeSeconds: 60 } },
      "13:00",
    ),
  ],
];

/** The rules of an update; migrations, the gate and missing data have judges of their own. */
const ruleNames: readonly Refusal["rule"][] = [
  "first deployment",
  "known step",
  "order",
  "bake",
  "freeze",
  "schedule",
  "settings",
  "drift",
  "latch",
  "promote",
  "back after promote",
  "new release",
  "returned release",
  "images",
  "signing key",
];

function refusalOf(rule: Refusal["rule"], asked: Move): Refusal {
  const decision = decide({ ...asked, timeZone: "Australia/Melbourne" });
  const found = decision.accepted ? undefined : decision.refusals.find((refusal) => refusal.rule === rule);
  if (found === undefined) throw new Error(`"${rule}" does not refuse this.`);
  return found;
}

describe.each(cases)("the refusal of %s", (_what, rule, asked) => {
  const refusal = () => refusalOf(rule, asked);

  it("begins with what the reader has asked for or written", () => {
    expect(refusal().message).toMatch(/^You (asked|set|removed|changed|made) /);
  });

  it("says what to do", () => {
    expect(refusal().message).toMatch(
      /(^|[.,] (or )?|: |Then |First |To [^.]*, )(set|put|wait|remove|keep|correct|run|find|promote|stage|take)\b/i,
    );
  });

  it("reads as sentences: no bare moments of a machine, no seconds of a duration, no missing value", () => {
    const { message } = refusal();
    expect(message).not.toMatch(/\d{4}-\d\d-\d\dT|\d{3,} s\b|undefined|null|NaN|\[object/);
    expect(message).toMatch(/\.$/);
    expect(message).not.toMatch(/ {2}|\.\.|\s$/);
  });

  it("offers a reason exactly where one helps", () => {
    const { message, allowance } = refusal();
    const offered = allowances.map(reasonFor).some((words) => message.includes(words));
    expect(offered || message.includes("rolloutOverrideAllows to api.")).toBe(allowance !== null);
  });
});

it("has a case for every rule of an update", () => {
  expect(new Set(cases.map(([, rule]) => rule))).toEqual(new Set(ruleNames));
});

it("names times in the reader's zone, and the file's own bake", () => {
  const { message } = refusalOf("latch", move(recordAt(25), {}, "13:00", { latch: set }));
  expect(message).toContain("was set at 2026-11-23 23:31 (Melbourne), 12:31 UTC (portal-production-green-unfit)");
  const record: RolloutRecord = recordAt(5);
  const [first, ...others] = guideSchedule.steps;
  if (first === undefined) throw new Error("The guide has steps.");
  const schedule = { ...guideSchedule, steps: [{ ...first, bakeText: "120m" }, ...others] };
  const early = refusalOf("bake", move(record, { weightPercent: 25 }, "12:40", { schedule, latch: clearLatch }));
  expect(early.message).toContain("bakes for 120m (rollout.steps[0].bake). Wait until");
});
