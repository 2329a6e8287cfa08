import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-image.ts";
import { planStage, type StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import type { Latch } from "../../../rollout/core/latch.ts";
import type { RolloutRecord } from "../../../rollout/core/record.ts";

/** When the first deployment of a planned stage is: a working Monday morning. */
export const firstDeployment = new Date("2026-11-23T00:00:00.000Z");

/** An update after the first one. */
export interface NextUpdate {
  readonly previousRecord: RolloutRecord;
  readonly now: Date;
  readonly set: Readonly<Record<string, unknown>>;
  readonly latch?: Latch;
}

/**
 * Plans a stage with the sample API's releases as images: blue runs 1.0.0, green 1.1.0.
 *
 * @param update what is edited, when, and after what; absent for the first deployment
 */
export function planWithSamples(stage: Stage, update?: NextUpdate): Promise<StagePlan> {
  const images = { "images.blue": sampleImageDigest("1.0.0"), "images.green": sampleImageDigest("1.1.0") };
  if (update === undefined) return planStage({ stage, set: images, previousRecord: null, now: firstDeployment });
  return planStage({ ...update, stage, set: { ...images, ...update.set } });
}
