import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { RehearsedProgram } from "../../../rehearsal/walk/rehearsed-program.ts";
import { planOnce } from "../plan-once.ts";
import { fixtureFolder } from "../stack-files.ts";

/** When the first deployment is. */
const startsAt = new Date("2026-11-23T00:00:00.000Z");

const hour = 3600;

/** Seconds that each weight of the schedule in the tests' stack files bakes, with an hour to spare. */
const waits: Readonly<Record<number, number>> = { 0: hour, 5: 3 * hour, 25: 5 * hour, 50: 9 * hour, 100: 49 * hour };

/**
 * A stage's real program, planned in this process, with the sample API's releases as images: blue 1.0.0, green 1.1.0. Its
 * first `deploy` plans a new stack.
 */
export function stageProgram(stage: Stage): RehearsedProgram {
  const images = { "images.blue": sampleImageDigest("1.0.0"), "images.green": sampleImageDigest("1.1.0") };
  return new RehearsedProgram({
    planner: { planStage: planOnce },
    stage,
    projectFolder: fixtureFolder,
    settings: images,
    startsAt,
    previousRecord: null,
  });
}

/**
 * Plans the steps up to a weight one after the other, each after the bake of the one before.
 *
 * @param upToPercent 5, 25, 50 or 100
 * @returns the plan of each step; their first deployment is the caller's
 */
export async function planSteps(program: RehearsedProgram, upToPercent: number) {
  const plans = [];
  for (const weight of [5, 25, 50, 100].filter((step) => step <= upToPercent)) {
    program.wait(waits[program.plan.record.weightPercent] ?? 0);
    const { plan } = await program.deploy({ candidateWeight: weight });
    plans.push(plan);
  }
  program.wait(waits[upToPercent] ?? 0);
  return plans;
}
