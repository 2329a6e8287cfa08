import { projectName } from "../../infra/config/project-name.ts";
import { readStageConfig } from "../../infra/config/read-stage-config.ts";
import { applySettings, readStackFile } from "../../infra/config/stack-file.ts";
import { scheduleOf } from "../../infra/rollout/schedule.ts";
import { wantedRollout } from "../../infra/rollout/wanted.ts";
import type { RolloutRecord } from "../../rollout/core/record.ts";
import { assumedImages } from "./assumed-images.ts";
import { assumedRecord, bakedRecord } from "./assumed-record.ts";
import { type PlanRequest, planStage, type StagePlan } from "./plan-stage.ts";

/** A plan, and what had to be assumed to make it. */
export interface AssumedPlan {
  readonly plan: StagePlan;
  /** One sentence for each assumption, for the reader of the plan. */
  readonly assumptions: readonly string[];
}

type Settings = NonNullable<PlanRequest["set"]>;

/** What to plan and under which past. */
export interface AssumedPlanRequest {
  readonly stage: PlanRequest["stage"];
  readonly set: Settings;
  readonly now: Date;
  readonly projectFolder: string;
  /** The stack's real record; one is assumed where it is absent. */
  readonly record?: RolloutRecord;
}

/** Plans a stage without AWS, assuming a past in which its number may be set, and saying so. */
export async function planAssumed(request: AssumedPlanRequest): Promise<AssumedPlan> {
  const { stage, now, projectFolder, record } = request;
  const weight = Number(settledValues(request)[`${projectName}:candidateWeight`]);
  const images = weight === 0 ? {} : missingImages(request);
  const set = { ...images, ...request.set };
  const config = stageConfig(request, set);
  const previousRecord = record ?? assumedRecord(wantedRollout(config), scheduleOf(config.rollout), now);
  const past = record === undefined ? [standsAt(previousRecord)] : [];
  const plan = await planStage({ stage, set, now, projectFolder, previousRecord });
  return { plan, assumptions: [...past, ...notes(images)] };
}

/**
 * Plans the update from one config to another: from the stack file with `from` to the stack file with `set`. The second
 * is judged against the record that the first one leaves.
 */
export async function planMove(
  request: AssumedPlanRequest & { readonly from: Settings },
): Promise<{ readonly before: AssumedPlan; readonly after: AssumedPlan }> {
  const { stage, now, projectFolder, set, from } = request;
  const images = missingImages(request);
  const filled = { ...images, ...set };
  const before = await planAssumed({ ...request, set: { ...images, ...from } });
  const schedule = scheduleOf(stageConfig(request, filled).rollout);
  const previousRecord = bakedRecord(before.plan.record, schedule, now);
  const plan = await planStage({ stage, set: filled, now, projectFolder, previousRecord });
  return { before, after: { plan, assumptions: [standsAt(previousRecord), ...notes(images)] } };
}

/** The past that a plan assumes, as a sentence. */
function standsAt(record: RolloutRecord | null): string {
  return record === null
    ? "The stack was never updated."
    : `The stack stands at ${record.weightPercent} % and that step's bake is over.`;
}

/** Images for the colours that neither the stack file nor the settings give one, so that a move can be planned. */
function missingImages(request: AssumedPlanRequest): Record<string, string> {
  const named = JSON.parse(settledValues(request)[`${projectName}:images`] ?? "{}") as Record<string, unknown>;
  const missing = Object.entries(assumedImages).filter(([colour]) => named[colour] === undefined);
  return Object.fromEntries(missing.map(([colour, digest]) => [`images.${colour}`, digest]));
}

function notes(images: Readonly<Record<string, string>>): string[] {
  return Object.keys(images).map((key) => `${key} is not set; a digest is made up for this plan.`);
}

function settledValues({ stage, projectFolder, set }: AssumedPlanRequest): Record<string, string> {
  return applySettings(readStackFile(projectFolder, stage).values, set);
}

function stageConfig(request: AssumedPlanRequest, set: Settings) {
  const values = settledValues({ ...request, set });
  return readStageConfig({ project: projectName, stack: request.stage, values });
}
