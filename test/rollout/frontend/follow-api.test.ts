import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aheadOfApi,
  type FrontendDecision,
  type FrontendQuestion,
  followApi,
  visitorsPercent,
} from "../../../rollout/frontend/follow-api.ts";
import type { FrontendSight, ReleaseStage, RollingRelease } from "../../../rollout/frontend/frontend-sight.ts";
import type { ReleasedFrontend } from "../../../rollout/frontend/released-frontend.ts";

const since = "2026-11-20T00:00:00.000Z";
const now = new Date("2026-11-23T12:00:00.000Z");
const hours = (count: number) => count * 3600;
const steps = [
  { weightPercent: 5, bakeSeconds: hours(2) },
  { weightPercent: 25, bakeSeconds: hours(4) },
  { weightPercent: 50, bakeSeconds: hours(8) },
  { weightPercent: 100, bakeSeconds: hours(24) },
];
const stagesPercent = [5, 25, 50, 100];

const stageAt = (index: number): ReleaseStage => ({
  index,
  percent: stagesPercent[index] ?? 100,
  isFinal: index === stagesPercent.length - 1,
});

/** A rolling release at one of its stages, which has stood for so many hours. */
const rollingAt = (index: number, stoodHours = 100): RollingRelease => ({
  deployment: "dpl_new",
  base: "dpl_old",
  stage: stageAt(index),
  nextStage: index + 1 < stagesPercent.length ? stageAt(index + 1) : undefined,
  advancesItself: false,
  since: new Date(now.getTime() - stoodHours * 3_600_000).toISOString(),
});

const released = (change: Partial<ReleasedFrontend> = {}): ReleasedFrontend => ({
  version: 1,
  colour: "green",
  candidateSince: since,
  state: "out",
  deployment: "dpl_new",
  before: "dpl_old",
  projectId: "prj_1",
  at: since,
  ...change,
});

const staged: FrontendSight = {
  projectId: "prj_1",
  serving: "dpl_old",
  newest: { id: "dpl_new", state: "staged", createdAt: since },
  rolling: undefined,
};

interface Situation {
  readonly weight?: number;
  readonly hasRelease?: boolean;
  readonly isLatched?: boolean;
  readonly isCompatible?: boolean;
  readonly whole?: boolean;
  readonly sight?: Partial<FrontendSight>;
  readonly released?: ReleasedFrontend;
}

function ask(situation: Situation): FrontendQuestion {
  const { weight = 0, hasRelease = true, isLatched = false, isCompatible = false, whole = false } = situation;
  return {
    api: { weightPercent: weight, hasCandidateRelease: hasRelease, isLatched },
    isCompatible,
    stagesPercent: whole ? [] : stagesPercent,
    sight: { ...staged, ...situation.sight },
    released: situation.released,
    candidate: { colour: "green", since },
    steps,
    now,
  };
}

/** A decision in one line. */
function told(decision: FrontendDecision): string {
  if (decision.kind === "nothing") return "nothing";
  if (decision.kind === "wait") {
    const { wait } = decision;
    if (wait.for === "api") return `wait for the API at ${wait.needsPercent} %`;
    return wait.for === "bake" ? `wait until ${wait.until.toISOString().slice(11, 16)}` : "wait for resume";
  }
  const { action } = decision;
  if (action.kind === "take back") return `take back to ${action.to}`;
  return action.kind === "approve"
    ? `approve stage ${action.stageIndex} at ${action.percent} %`
    : `${action.kind} ${action.deployment} at ${action.percent} %`;
}

const rolling = (index: number, stoodHours?: number): Situation => ({
  sight: { rolling: rollingAt(index, stoodHours) },
});

describe("followApi", () => {
  it.each<[string, Situation, string]>([
    ["a page that is built, before the first step", {}, "wait for the API at 100 %"],
    ["the API at 5 %", { weight: 5 }, "wait for the API at 100 %"],
    ["the API at 50 %", { weight: 50 }, "wait for the API at 100 %"],
    ["the API at 100 %", { weight: 100 }, "start dpl_new at 5 %"],
    ["no release of the API on its way", { hasRelease: false }, "start dpl_new at 5 %"],
    ["the API at 100 %, latched", { weight: 100, isLatched: true }, "wait for resume"],
    ["nothing newer than what serves", { weight: 100, sight: { serving: "dpl_new" } }, "nothing"],
    [
      "the newest has served before",
      { weight: 100, sight: { newest: { id: "dpl_new", state: "promoted", createdAt: since } } },
      "nothing",
    ],
    ["nothing was built", { weight: 100, sight: { newest: undefined } }, "nothing"],
    ["nothing serves", { sight: { serving: undefined } }, "publish dpl_new at 100 %"],
    ["nothing serves, latched", { isLatched: true, sight: { serving: undefined } }, "publish dpl_new at 100 %"],
    ["compatible, before the first step", { isCompatible: true }, "wait for the API at 5 %"],
    ["compatible, the API at 5 %", { isCompatible: true, weight: 5 }, "start dpl_new at 5 %"],
    ["without stages, the API at 50 %", { whole: true, weight: 50 }, "wait for the API at 100 %"],
    ["without stages, the API at 100 %", { whole: true, weight: 100 }, "publish dpl_new at 100 %"],
    [
      "without stages, compatible, the API at 50 %",
      { whole: true, isCompatible: true, weight: 50 },
      "wait for the API at 100 %",
    ],
  ])("begins: %s", (_, situation, expected) => {
    expect(told(followApi(ask(situation)))).toBe(expected);
  });

  it.each<[string, Situation, string]>([
    ["5 % stands for 1 h, the API whole", { weight: 100, ...rolling(0, 1) }, "wait until 13:00"],
    ["5 % stood its 2 h", { weight: 100, ...rolling(0, 2) }, "approve stage 1 at 25 %"],
    ["25 % stands for 3 h", { weight: 100, ...rolling(1, 3) }, "wait until 13:00"],
    ["25 % stood its 4 h", { weight: 100, ...rolling(1, 4) }, "approve stage 2 at 50 %"],
    ["50 % stood its 8 h", { weight: 100, ...rolling(2, 8) }, "complete dpl_new at 100 %"],
    ["latched", { weight: 100, isLatched: true, ...rolling(1) }, "wait for resume"],
    ["after the promote, its bake is not over", { hasRelease: false, ...rolling(1, 3) }, "wait until 13:00"],
    ["after the promote", { hasRelease: false, ...rolling(2, 8) }, "complete dpl_new at 100 %"],
    [
      "compatible, the API at the same 25 %",
      { isCompatible: true, weight: 25, ...rolling(1) },
      "wait for the API at 50 %",
    ],
    [
      "compatible, the API went on to 50 %",
      { isCompatible: true, weight: 50, ...rolling(1, 0) },
      "approve stage 2 at 50 %",
    ],
  ])("goes on: %s", (_, situation, expected) => {
    expect(told(followApi(ask(situation)))).toBe(expected);
  });

  it.each<[string, Situation, string]>([
    ["a rollback at 25 %, compatible", { isCompatible: true, isLatched: true, ...rolling(1) }, "take back to dpl_old"],
    ["a rollback at 100 %", { isLatched: true, ...rolling(0) }, "take back to dpl_old"],
    ["a lower weight, compatible", { isCompatible: true, weight: 5, ...rolling(1) }, "take back to dpl_old"],
    ["begun by hand at 5 %", { weight: 5, ...rolling(0) }, "take back to dpl_old"],
    ["out whole, and the API was rolled back", { released: released() }, "take back to dpl_old"],
    ["out whole, and the API is at 50 %", { weight: 50, released: released() }, "take back to dpl_old"],
    [
      "out whole with the API at 100 %",
      { weight: 100, released: released(), sight: { serving: "dpl_new" } },
      "nothing",
    ],
    ["taken back already", { released: released({ state: "back" }) }, "wait for the API at 100 %"],
    [
      "Vercel did not answer when it was taken back",
      { hasRelease: false, released: released({ state: "returning", colour: "blue" }) },
      "take back to dpl_old",
    ],
    [
      "out with the release of the other colour",
      { weight: 5, released: released({ colour: "blue" }), sight: { serving: "dpl_new" } },
      "nothing",
    ],
    [
      "out with an earlier release of this colour",
      { weight: 5, released: released({ candidateSince: now.toISOString() }), sight: { serving: "dpl_new" } },
      "nothing",
    ],
  ])("comes back: %s", (_, situation, expected) => {
    expect(told(followApi(ask(situation)))).toBe(expected);
  });

  it("goes on with a rolling release that began with the release before, whatever the API's new release does", () => {
    const earlier = released({ candidateSince: "2026-11-01T00:00:00.000Z" });
    for (const weight of [0, 5, 50]) {
      expect(told(followApi(ask({ weight, released: earlier, ...rolling(1) })))).toMatch(/^approve stage 2/);
    }
  });

  it("offers a frontend again that was taken back, once its release is whole again", () => {
    const newest = { id: "dpl_new", state: "promoted", createdAt: since } as const;
    const situation = { weight: 100, released: released({ state: "back" }), sight: { newest } };
    expect(told(followApi(ask(situation)))).toBe("start dpl_new at 5 %");
  });
});

describe("aheadOfApi", () => {
  it("tells how many visitors have it, how many may, and what they had before", () => {
    const question = ask({ isCompatible: true, weight: 5, ...rolling(1) });
    expect(aheadOfApi(question)).toEqual({ percent: 25, mostPercent: 5, to: "dpl_old" });
    expect(aheadOfApi(ask({ isCompatible: true, weight: 25, ...rolling(1) }))).toBeUndefined();
  });
});

/** What Vercel does with a decision. */
function after(sight: FrontendSight, decision: FrontendDecision, at: Date): FrontendSight {
  if (decision.kind !== "act") return sight;
  const { action } = decision;
  const stand = (index: number) => ({ ...rollingAt(index), since: at.toISOString() });
  switch (action.kind) {
    case "start":
      return { ...sight, rolling: stand(0) };
    case "approve":
      return { ...sight, rolling: stand(action.stageIndex) };
    case "complete":
    case "publish":
      return { ...sight, rolling: undefined, serving: action.deployment };
    case "take back":
      return { ...sight, rolling: undefined, serving: action.to };
  }
}

describe("over any walk of the API", () => {
  it("is never ahead of it once it has followed, and rises by one stage at a time", () => {
    const weights = fc.array(fc.constantFrom(0, 5, 25, 50, 100), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        weights,
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 0, max: 30 }),
        (walk, isCompatible, whole, waits) => {
          let at = now;
          let sight = staged;
          let known: ReleasedFrontend | undefined;
          for (const weight of walk) {
            at = new Date(at.getTime() + waits * 3_600_000);
            const question = { ...ask({ weight, isCompatible, whole, sight }), released: known, now: at };
            const before = visitorsPercent(question);
            const decision = followApi(question);
            if (decision.kind === "act") {
              known = released({ state: decision.action.kind === "take back" ? "back" : "out" });
            }
            sight = after(sight, decision, at);
            const visitors = visitorsPercent({ ...question, sight, released: known });
            expect(visitors).toBeLessThanOrEqual(isCompatible || weight === 100 ? weight : 0);
            const next = whole ? 100 : stagesPercent.find((percent) => percent > before);
            expect(visitors).toBeLessThanOrEqual(next ?? 100);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
