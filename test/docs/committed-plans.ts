import { beforeAll } from "vitest";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { planStage, type StagePlan } from "../../rehearsal/plan/plan-stage.ts";

/** What a person would set before the first release and, with the tunnel open, for the roles. */
export const started = {
  "images.blue": assumedImages.blue,
  "images.green": assumedImages.green,
  "database.adminEndpoint": { host: "127.0.0.1", port: 15_432 },
};

const plans: Partial<Record<Stage, StagePlan>> = {};

/** Plans the committed files before the tests of a file run. */
export function planCommitted(...stages: readonly Stage[]): void {
  beforeAll(async () => {
    for (const stage of stages)
      plans[stage] = await planStage({
        stage,
        set: started,
        previousRecord: null,
        now: new Date("2026-11-23T00:00:00Z"),
      });
  });
}

/** A plan that was asked for by {@link planCommitted}. */
export function planOf(stage: Stage): StagePlan {
  const plan = plans[stage];
  if (plan === undefined) throw new Error(`${stage} was not planned.`);
  return plan;
}

/** Inputs of the stage's one resource of that type and logical name; the name is given without `portal-<stage>`. */
export function inputsOf(stage: Stage, type: string, name = ""): Readonly<Record<string, unknown>> {
  const wanted = `portal-${stage}${name}`;
  const found = planOf(stage).resources.filter((one) => one.type === type && one.name === wanted);
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} resources ${type} ${wanted}.`);
  return found[0].inputs;
}
