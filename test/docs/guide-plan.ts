import type { Stage, StageConfig } from "../../infra/config/schema/stage-config.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { planAssumed } from "../../rehearsal/plan/compare-stage.ts";
import type { StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import { readConfig } from "../infra/config/fixture-config.ts";

/** A stage as the guide's demands are checked on it: what its stack file says, and what is planned from it. */
export interface PlannedStage {
  readonly stage: Stage;
  readonly config: StageConfig;
  /** With an image for both colours and the tunnel to the database open. */
  readonly plan: StagePlan;
}

/** What a person would set before the first release and, with the tunnel open, for the roles. */
export const started = {
  "images.blue": assumedImages.blue,
  "images.green": assumedImages.green,
  "database.tunnelPort": 15_432,
};

/** Plans a stage from its file in a folder, on the past that `npm run plan` assumes. */
export async function planStarted(stage: Stage, folder: string): Promise<PlannedStage> {
  const now = new Date("2026-11-23T00:00:00Z");
  const { plan } = await planAssumed({ stage, set: started, now, projectFolder: folder });
  return { stage, config: readConfig(stage, started, folder), plan };
}

/** Inputs of the stage's one resource of that type and logical name; the name is given without `portal-<stage>`. */
export function inputsOf({ stage, plan }: PlannedStage, type: string, name = ""): Readonly<Record<string, unknown>> {
  const wanted = `portal-${stage}${name}`;
  const found = plan.resources.filter((one) => one.type === type && one.name === wanted);
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} resources ${type} ${wanted}.`);
  return found[0].inputs;
}

/** Inputs of all resources of a type. */
export function inputsOfType({ plan }: PlannedStage, type: string): readonly Readonly<Record<string, unknown>>[] {
  return plan.resources.filter((one) => one.type === type).map(({ inputs }) => inputs);
}
