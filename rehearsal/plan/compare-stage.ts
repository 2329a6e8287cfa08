import { editSettings } from "../../infra/config/apply-settings.ts";
import { projectName } from "../../infra/config/config-keys.ts";
import { readStageConfig } from "../../infra/config/read-stage-config.ts";
import { readStackFile, type StackSettings } from "../../infra/config/stack-file.ts";
import { scheduleOf, wantedRollout } from "../../infra/rollout/wanted.ts";
import type { RecordedOutputs } from "../../infra/stack-outputs.ts";
import type { WantedRollout } from "../../rollout/move.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { Schedule } from "../../rollout/schedule.ts";
import { assumedImages } from "./assumed-images.ts";
import { assumedRecord, waitedRecord } from "./assumed-record.ts";
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
  /** The record that the plan of the base branch leaves. It is the past where the real one is not known. */
  readonly base?: RolloutRecord;
  /** The other outputs that this plan leaves and that an edit is judged by. Default: as the file has it. */
  readonly baseOutputs?: Pick<RecordedOutputs, "originPulls">;
}

/**
 * Plans a stage without AWS, and says what it assumes. The past is the real record, or the one that the base branch leaves. With
 * neither it is one in which the configured number may be set.
 */
export async function planAssumed(request: AssumedPlanRequest): Promise<AssumedPlan> {
  return await planFrom(request, committedFile(request));
}

/**
 * Plans the update from one config to another: from the stack file with `from` to the stack file with `set`. The second
 * is judged against the record that the first one leaves.
 */
export async function planMove(
  request: AssumedPlanRequest & { readonly from: Settings },
): Promise<{ readonly before: AssumedPlan; readonly after: AssumedPlan }> {
  const { stage, now, projectFolder, set, from } = request;
  const committed = committedFile(request);
  const images = missingImages(editSettings(committed, set));
  const filled = { ...images, ...set };
  const before = await planFrom({ ...request, set: { ...images, ...from } }, committed);
  const schedule = scheduleOf(stageConfig(stage, editSettings(committed, filled)).rollout);
  const previousRecord = waitedRecord(before.plan.record, schedule, now);
  // Both plans have stand-ins for secrets, so that one can be told from another.
  const { secretFingerprints, originPulls }: RecordedOutputs = before.plan.outputs;
  const previousOutputs = { secretFingerprints, originPulls };
  const plan = await planStage({ stage, set: filled, now, projectFolder, previousRecord, previousOutputs });
  return { before, after: { plan, assumptions: [standsAt(previousRecord), ...notes(images)] } };
}

async function planFrom(request: AssumedPlanRequest, committed: StackSettings): Promise<AssumedPlan> {
  const { stage, now, projectFolder, record, base } = request;
  const images = imagesToAssume(editSettings(committed, request.set), base);
  const set = { ...images, ...request.set };
  const config = stageConfig(stage, editSettings(committed, set));
  const schedule = scheduleOf(config.rollout);
  const past = assumedPast(base, { wanted: wantedRollout(config), schedule, now });
  const previousRecord = record ?? past.record;
  const previousOutputs = request.baseOutputs;
  const plan = await planStage({ stage, set, now, projectFolder, previousRecord, previousOutputs });
  return { plan, assumptions: [...(record === undefined ? [past.sentence] : []), ...notes(images)] };
}

/** Images to make up: for a weight above 0 that would be refused without, and those that the base branch's plan made up. */
function imagesToAssume(settled: StackSettings, base: RolloutRecord | undefined): Record<string, string> {
  const missing = missingImages(settled);
  if (base === undefined) return Number(settled.values[`${projectName}:candidateWeight`]) === 0 ? {} : missing;
  const madeUp = Object.values(base.images);
  return Object.fromEntries(Object.entries(missing).filter(([, digest]) => madeUp.includes(digest)));
}

/** The past that a plan assumes, and the sentence that says so. */
function assumedPast(
  base: RolloutRecord | undefined,
  { wanted, schedule, now }: { readonly wanted: WantedRollout; readonly schedule: Schedule; readonly now: Date },
): { readonly record: RolloutRecord | null; readonly sentence: string } {
  if (base === undefined) {
    const record = assumedRecord(wanted, schedule, now);
    return { record, sentence: standsAt(record) };
  }
  const record = waitedRecord(base, schedule, now);
  const waited = record.weightPercent === 0 ? "no rollback window is open" : "that step's bake is over";
  return { record, sentence: `The stack stands at ${record.weightPercent} %, as in the base plan, and ${waited}.` };
}

function standsAt(record: RolloutRecord | null): string {
  return record === null
    ? "The stack was never updated."
    : `The stack stands at ${record.weightPercent} % and that step's bake is over.`;
}

/** Images for the colours that the file gives none, as settings, so that a move can be planned. */
export function missingImages({ values }: StackSettings): Record<string, string> {
  const named = JSON.parse(values[`${projectName}:images`] ?? "{}") as Record<string, unknown>;
  const missing = Object.entries(assumedImages).filter(([colour]) => named[colour] === undefined);
  return Object.fromEntries(missing.map(([colour, digest]) => [`images.${colour}`, digest]));
}

function notes(images: Readonly<Record<string, string>>): string[] {
  return Object.keys(images).map((key) => `${key} is not set; a digest is made up for this plan.`);
}

function committedFile({ stage, projectFolder }: AssumedPlanRequest): StackSettings {
  return readStackFile(projectFolder, stage);
}

/** The stage's config with other settings, judged whole. */
export function settledConfig(stage: AssumedPlanRequest["stage"], projectFolder: string, set: Settings) {
  return stageConfig(stage, editSettings(readStackFile(projectFolder, stage), set));
}

function stageConfig(stage: AssumedPlanRequest["stage"], stackFile: StackSettings) {
  return readStageConfig({ project: projectName, stack: stage, values: stackFile.values, stackFile });
}
