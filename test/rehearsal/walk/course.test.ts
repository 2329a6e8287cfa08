import { cpSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { planStage } from "../../../rehearsal/plan/plan-stage.ts";
import { beginRehearsal, courseFrom, firstCandidate } from "../../../rehearsal/walk/course.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { bothImages, digest } from "../../support/rollout.ts";
import { writeRolloutState } from "../../support/rollout-state.ts";
import { fixtureFolder } from "../../support/stack-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const images = { "images.blue": bothImages.blue, "images.green": bothImages.green };
const schedule = (...weights: number[]) => weights.map((weight) => ({ weight, bake: "2h" }));
const at = (candidateWeight: number, ...weights: number[]) =>
  // Staging may have any schedule.
  readConfig(weights.length === 0 ? "production" : "staging", {
    ...images,
    candidateWeight,
    ...(weights.length === 0 ? {} : { "rollout.steps": schedule(...weights) }),
  });

describe("courseFrom", () => {
  it("takes a whole rollout at weight 0, and then one that fails", () => {
    expect(courseFrom(at(0))).toEqual({
      live: "1.0.0",
      whole: { release: "1.1.0", weights: [5, 25, 50, 100] },
      failing: { release: "1.2.0", weights: [5, 25] },
    });
  });

  it("has the release of the first rollout on the candidate at the beginning", () => {
    expect([firstCandidate(courseFrom(at(0))), firstCandidate(courseFrom(at(50)))]).toEqual(["1.1.0", "1.1.0"]);
  });

  it.each([
    [5, [25, 50, 100]],
    [25, [50, 100]],
    [50, [100]],
    [100, []],
  ])("takes the steps that remain at %s %% first, and then a whole rollout", (weight, remaining) => {
    expect(courseFrom(at(weight))).toEqual({
      live: "1.0.0",
      begun: { release: "1.1.0", weights: remaining },
      whole: { release: "1.2.0", weights: [5, 25, 50, 100] },
      failing: { release: "1.3.0", weights: [5, 25] },
    });
  });

  it.each([
    [
      [1, 5, 10, 30, 100],
      [1, 5, 10],
    ],
    [[40, 100], [40]],
    [[100], [100]],
  ])("takes any schedule: of %j a release fails at the last of %j", (weights, failing) => {
    const course = courseFrom(at(0, ...weights));
    expect([course.whole.weights, course.failing.weights]).toEqual([weights, failing]);
  });
});

const startsAt = new Date("2026-11-23T00:00:00Z");
const freezeWindow = { from: "2026-11-22T00:00:00Z", until: "2026-12-22T00:00:00Z", reason: "summer weddings" };

/** A rehearsal of production at 25 %, with green live and all that could stop or excuse a step. */
function begun() {
  const projectFolder = temporaryFolder();
  cpSync(fixtureFolder, projectFolder, { recursive: true });
  writeRolloutState(projectFolder, "production", {
    liveColour: "green",
    candidateWeight: 25,
    images: { blue: digest("a"), green: digest("b") },
    freezeWindows: [freezeWindow],
    rolloutOverride: "payment outage, agreed with Kim",
  });
  return beginRehearsal({
    planner: { planStage },
    stage: "production",
    projectFolder,
    databasePort: 15_432,
    startsAt,
  });
}

describe("beginRehearsal", () => {
  it("gives the live colour the old release, whichever it is, and takes out what could stop or excuse a step", () => {
    const { config, course } = begun();
    expect(config).toMatchObject({ liveColour: "green", candidateWeight: 25 });
    expect(config.images).toEqual({ green: sampleImageDigest("1.0.0"), blue: sampleImageDigest("1.1.0") });
    expect(config.rolloutOverride).toBeUndefined();
    expect(config.rollout.freezeWindows).toEqual([]);
    expect(config.database.tunnelPort).toBe(15_432);
    expect(course.begun?.weights).toEqual([50, 100]);
  });

  it("begins with a step that the rules accept, and goes on from it", async () => {
    const { program } = begun();
    await program.deploy({});
    expect(program.plan.record).toMatchObject({
      liveColour: "green",
      weightPercent: 25,
      since: startsAt.toISOString(),
    });
    expect(program.plan.record.history.map(({ weightPercent }) => weightPercent)).toEqual([5, 25]);
    program.wait(4 * 3600);
    await program.deploy({ candidateWeight: 50 });
    expect(program.plan.record.weightPercent).toBe(50);
  });
});
