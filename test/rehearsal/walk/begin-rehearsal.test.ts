import { cpSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { planStage } from "../../../rehearsal/plan/plan-stage.ts";
import { beginRehearsal } from "../../../rehearsal/walk/begin-rehearsal.ts";
import { digest } from "../../support/rollout.ts";
import { writeRolloutState } from "../../support/rollout-state.ts";
import { fixtureFolder } from "../../support/stack-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

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
    expect(config.database.adminEndpoint).toEqual({ host: "127.0.0.1", port: 15_432 });
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
