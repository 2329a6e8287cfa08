import { beforeAll, describe, expect, it } from "vitest";
import { scheduleOf, wantedRollout } from "../../../infra/rollout/wanted.ts";
import { publicSplit, readRoutes, routeOf } from "../../../rehearsal/local/routes.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { assumedRecord } from "../../../rehearsal/plan/assumed-record.ts";
import { planStage } from "../../../rehearsal/plan/plan-stage.ts";
import { readOutput } from "../../../rehearsal/plan/planned-resource.ts";
import { readRehearsedConfig } from "../../../rehearsal/walk/course.ts";
import { tryIllegalMoves } from "../../../rehearsal/walk/illegal-moves.ts";
import { notThePublicRule, onlyThePublicRule } from "../../../rehearsal/walk/make-move.ts";
import { type Edit, RehearsedProgram } from "../../../rehearsal/walk/rehearsed-program.ts";
import { byColour } from "../../../rollout/colour.ts";
import type { StageSight } from "../../../rollout/gate/stage-sight.ts";
import { fixtureFolder } from "../../support/stack-files.ts";
import { healthySight } from "../../support/stage-sight.ts";

const images = { "images.blue": sampleImageDigest("1.0.0"), "images.green": sampleImageDigest("1.1.0") };
const options = {
  planner: { planStage },
  stage: "staging",
  projectFolder: fixtureFolder,
  settings: images,
  startsAt: new Date("2026-11-23T00:00:00Z"),
  previousRecord: null,
} as const;
const terminal = { line: () => {}, status: () => {}, paint: (_: unknown, text: string) => text };

/** Healthy tasks of what the program has deployed, and requests enough. */
function sightOf({ plan }: RehearsedProgram): StageSight {
  const definitions = readOutput(plan, "taskDefinitionArns");
  const running = { rollout: "COMPLETED", runningTasks: 2, desiredTasks: 2 } as const;
  const services = byColour((colour) => ({ ...running, taskDefinitionArn: definitions[colour] ?? "" }));
  return { ...healthySight, services };
}

/** Staging's file with some values replaced, and the past that it implies. */
function standingAt(set: Edit) {
  const settings = { ...images, ...set };
  const config = readRehearsedConfig(fixtureFolder, "staging", settings);
  const previousRecord = assumedRecord(wantedRollout(config), scheduleOf(config.rollout), options.startsAt);
  return { ...options, settings, config, previousRecord };
}

describe("the real program with a past", () => {
  const program = new RehearsedProgram(options);
  beforeAll(async () => {
    await program.deploy({});
  });

  it("begins at weight 0 and takes a step, which changes the public rule alone", async () => {
    expect(publicSplit(readRoutes(program.plan)).green).toBe(0);
    program.wait(60);
    const { changes, at } = await program.deploy({ candidateWeight: 5 });
    expect(at.toISOString()).toBe("2026-11-23T00:01:00.000Z");
    expect(onlyThePublicRule(changes)).toEqual({
      what: "exactly one cloud resource changes: the public rule",
      held: true,
      found: "update portal-staging-public",
    });
    expect(notThePublicRule(changes).held).toBe(false);
    expect(program.plan.record).toMatchObject({ weightPercent: 5, since: "2026-11-23T00:01:00.000Z" });
    expect(publicSplit(readRoutes(program.plan)).green).toBe(5);
  });

  it("does not take a refusal for another reason for the one it expects", async () => {
    const standing = new RehearsedProgram(options);
    await standing.deploy({});
    const config = readRehearsedConfig(fixtureFolder, "staging", images);
    const tried = await tryIllegalMoves({ program: standing, config, terminal, events: [] }, sightOf(standing));
    const early = tried.find(({ name }) => name === "go on before the bake is over");
    expect(early).toMatchObject({ held: false, message: expect.stringContaining("its next step is 5 %") });
  });

  it("has every illegal move refused for its own reason, and nothing changed", async () => {
    const before = program.plan;
    const config = readRehearsedConfig(fixtureFolder, "staging", images);
    const refusals = await tryIllegalMoves({ program, config, terminal, events: [] }, sightOf(program));
    expect(refusals.map(({ name, held }) => [name, held])).toEqual([
      ["go on before the bake is over", true],
      ["change the candidate's image while it has traffic", true],
      ["change a setting that live runs with too", true],
      ["raise the weight while the latch is set", true],
      ["go on from another split than AWS has", true],
      ["go on while the candidate's alarm fires", true],
      ["go on without a healthy task", true],
      ["go on with too few requests for a verdict, without a reason", true],
      ["raise the weight in a freeze window", true],
      ["skip a step: 5 % to 50 %", true],
    ]);
    expect(program.plan).toBe(before);
  });

  it.each([
    [[100], []],
    [[40, 100], ["raise the weight in a freeze window"]],
  ])("tries of illegal moves what the schedule %j has", async (weights, more) => {
    const [first] = weights;
    const steps = weights.map((weight) => ({ weight, bake: "10m" }));
    const { config, ...standing } = standingAt({ "rollout.steps": steps, candidateWeight: first });
    const begun = new RehearsedProgram(standing);
    await begun.deploy({});
    const refusals = await tryIllegalMoves({ program: begun, config, terminal, events: [] }, sightOf(begun));
    expect(refusals.map(({ name, held }) => [name, held])).toEqual(
      [
        "go on before the bake is over",
        "change the candidate's image while it has traffic",
        "change a setting that live runs with too",
        "raise the weight while the latch is set",
        "go on from another split than AWS has",
        "go on while the candidate's alarm fires",
        "go on without a healthy task",
        "go on with too few requests for a verdict, without a reason",
        ...more,
      ].map((name) => [name, true]),
    );
  });

  it("begins in the middle of a rollout, on the record that the stack file implies", async () => {
    const standing = standingAt({ candidateWeight: 50, liveColour: "green" });
    const begun = new RehearsedProgram(standing);
    await begun.deploy({});
    expect(begun.plan.record).toMatchObject({ liveColour: "green", weightPercent: 50 });
    expect(publicSplit(readRoutes(begun.plan)).blue).toBe(50);
    begun.wait(600);
    const { changes } = await begun.deploy({ candidateWeight: 100 });
    expect(onlyThePublicRule(changes).held).toBe(true);
  });

  it("tells of a move that the program accepts although it should not", async () => {
    const reason = { rolloutOverride: "rehearsed on purpose, to see it accepted" };
    class Lenient extends RehearsedProgram {
      override attempt(attempt: Parameters<RehearsedProgram["attempt"]>[0]) {
        return super.attempt({ ...attempt, edit: { ...attempt.edit, ...reason } });
      }
    }
    const lenient = new Lenient(options);
    await lenient.deploy({});
    await lenient.deploy({ candidateWeight: 5 });
    const config = readRehearsedConfig(fixtureFolder, "staging", images);
    const tried = await tryIllegalMoves({ program: lenient, config, terminal, events: [] }, sightOf(lenient));
    const skip = tried.find(({ name }) => name.startsWith("skip a step"));
    expect(skip).toMatchObject({ held: false, message: "the program accepted it" });
  });

  it("does not take another error for a refusal", async () => {
    const error = await program.attempt({ edit: { candidateWeight: "many" }, at: program.now });
    expect(error?.message).toContain("candidateWeight");
    expect(error?.message).not.toContain("Rollout refused.");
    expect(routeOf(readRoutes(program.plan), "public").hosts).toHaveLength(1);
  });
});
