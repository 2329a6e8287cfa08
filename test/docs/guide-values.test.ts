import { beforeAll, describe, expect, it } from "vitest";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import type { Step } from "../../rollout/schedule.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { guideSchedule, promotedRecord } from "../support/rollout.ts";
import { projectFolder } from "../support/stack-files.ts";
import { type PlannedStage, planStarted, started } from "./guide-plan.ts";
import { checkGuideValues, stepsMissingIn } from "./guide-values.ts";

describe.each(stages)("%s, from the project's stack file,", (stage) => {
  let planned: PlannedStage;
  beforeAll(async () => {
    planned = await planStarted(stage, projectFolder);
  });
  checkGuideValues(stage, () => planned);
});

describe("production", () => {
  it("takes the old version away once nobody can return to it, and nothing that serves changes (R3)", async () => {
    const updated = async (set: Record<string, unknown>) =>
      await planFixture({
        stage: "production",
        set: { ...started, liveColour: "green", ...set },
        previousRecord: promotedRecord({ images: assumedImages }),
        now: new Date("2026-12-24T00:00:00Z"),
      });
    const changes = diffPlans(await updated({}), await updated({ "images.blue": undefined }));
    const deleted = changes.filter(({ kind }) => kind === "delete");
    expect(deleted.filter(({ name }) => !name.startsWith("portal-production-blue"))).toEqual([]);
    // The rollback command is told that there is nothing to return to any more, and live may shrink with its load again.
    const kept = changes.filter((change) => !deleted.includes(change));
    expect(kept.toSorted((one, other) => one.name.localeCompare(other.name))).toMatchObject([
      {
        kind: "update",
        name: "portal-production-green",
        properties: [{ path: "suspendedState.dynamicScalingInSuspended", before: true, after: false }],
      },
      {
        kind: "update",
        name: "portal-production-rollback-address",
        properties: [{ path: "value" }],
      },
    ]);
    expect(changes.map(({ type }) => type)).toContain("aws:ecs/service:Service");
  });
});

describe("stepsMissingIn", () => {
  const { steps } = guideSchedule;
  const edited = (index: number, ...by: readonly Step[]) => steps.toSpliced(index, 1, ...by);

  it("misses none in the guide's schedule, nor with more steps and longer bakes", () => {
    expect(stepsMissingIn(steps)).toEqual([]);
    const more = [{ weightPercent: 1, bakeSeconds: 600 }, ...edited(1, { weightPercent: 25, bakeSeconds: 90_000 })];
    expect(stepsMissingIn(more)).toEqual([]);
  });

  it("misses a step that is left out, is another, or bakes for less time", () => {
    const [, second] = steps;
    for (const laxer of [
      edited(1),
      edited(1, { weightPercent: 30, bakeSeconds: 90_000 }),
      edited(1, { weightPercent: 25, bakeSeconds: 14_399 }),
    ])
      expect(stepsMissingIn(laxer)).toEqual([second]);
  });
});
