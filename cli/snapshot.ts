import type { ReleaseFindings } from "../infra/aws/latch-and-address.ts";
import { lookAtStage } from "../infra/aws/look-at-stage.ts";
import type { StageAws } from "../infra/aws/stage-aws.ts";
import type { Stage, StageConfig } from "../infra/config/schema/stage-config.ts";
import { readFeedback } from "../infra/feedback/read-feedback.ts";
import { feedbackLimitOf } from "../infra/rollout/ask-gate.ts";
import { stagingObjection } from "../infra/rollout/judge-staging.ts";
import { systemLimitsOf } from "../infra/rollout/system-limits.ts";
import { scheduleOf } from "../infra/rollout/wanted.ts";
import { parseStageAddresses, type RecordedOutputs, type StageAddresses } from "../infra/stack-outputs.ts";
import { type Colour, otherColour } from "../rollout/colour.ts";
import { type ContractMigration, knownContracts } from "../rollout/contract-migrations.ts";
import { type DatabaseRestore, type RestoreFrom, restoresThatLedHere } from "../rollout/database-restores.ts";
import type { GateInput } from "../rollout/gate/gate-input.ts";
import { type GateJudgement, judgeGate } from "../rollout/gate/judge-gate.ts";
import { gateInputOf, type StageSight } from "../rollout/gate/stage-sight.ts";
import type { Latch } from "../rollout/latch.ts";
import { namingStage } from "../rollout/move.ts";
import { hasBeenLive } from "../rollout/ran-in-staging.ts";
import { parseRecord, type RolloutRecord } from "../rollout/record.ts";
import { nextMove, type Schedule } from "../rollout/schedule.ts";
import type { Split } from "../rollout/split.ts";
import type { EvidenceStore } from "./evidence/evidence-folder.ts";
import { messageOf } from "./outcome.ts";
import type { RolloutWorld } from "./world.ts";

/** Where a stage stands, as its stack file, its last update and AWS have it, at one time. */
export interface Standing {
  readonly stage: Stage;
  readonly takenAt: Date;
  readonly config: StageConfig;
  readonly schedule: Schedule;
  readonly record: RolloutRecord;
  readonly candidate: Colour;
  readonly addresses: StageAddresses;
  readonly aws: StageAws;
  readonly split: Split;
  readonly latch: Latch;
  /** The `contract` migrations that the schema has gone through, as the program knows them, oldest first. */
  readonly contracts: readonly ContractMigration[];
}

/** The same with everything that a verdict rests on. */
export interface Snapshot extends Standing, StageSight {
  /** What `verify` and `integrity` have left. Absent where the config requires neither. */
  readonly findings?: ReleaseFindings | undefined;
  /** What staging's record objects to the first step; null where nothing does. Absent where it is not held against staging. */
  readonly staging?: string | null | undefined;
}

/** A stage's record and addresses, from the outputs of its last update. */
export interface LastUpdate {
  readonly record: RolloutRecord;
  readonly addresses: StageAddresses;
}

/** What Pulumi knows of a stack could not be read; the message says why and what to do. */
export class UnreadableOutputsError extends Error {}

/**
 * Reads what the last update left behind, by one call of Pulumi.
 *
 * @throws {UnreadableOutputsError} where Pulumi cannot be asked
 */
export async function readLastUpdate({ pulumi, stage }: Pick<RolloutWorld, "pulumi" | "stage">): Promise<LastUpdate> {
  const outputs = await pulumi.outputs().catch((error: unknown) => {
    throw new UnreadableOutputsError(messageOf(error), { cause: error });
  });
  const addresses = parseStageAddresses(stage, outputs);
  return { record: recordOf(stage, outputs), addresses };
}

/** Reads the record alone, which any version of the program has written. */
export async function readRecord({ pulumi, stage }: Pick<RolloutWorld, "pulumi" | "stage">): Promise<RolloutRecord> {
  return recordOf(stage, await pulumi.outputs());
}

/**
 * The record in a stack's outputs.
 *
 * @throws {Error} where there is none
 */
export function recordOf(stage: string, outputs: RecordedOutputs): RolloutRecord {
  const record = parseRecord(outputs.rollout);
  if (record !== null) return record;
  throw new Error(
    `The stack ${stage} has no record of a rollout. Run npx pulumi up --stack ${stage}, which writes it.`,
  );
}

/** Reads where a stage stands: one call of Pulumi, and three of AWS side by side. */
export async function readStanding(world: RolloutWorld): Promise<Standing> {
  const config = world.stackFile.readConfig();
  const { record, addresses } = await readLastUpdate(world);
  const takenAt = world.now();
  const aws = world.openAws(addresses);
  const [split, latch, noted] = await Promise.all([aws.readSplit(), aws.readLatch(), aws.readNotedContracts()]);
  const [{ contracts: told }, restores] = await Promise.all([
    world.evidence.contractMigrations(),
    restoresIn(world.evidence, config.database.restoreFrom),
  ]);
  const contracts = knownContracts({ record, told, noted, restores });
  const schedule = scheduleOf(config.rollout);
  const candidate = otherColour(record.liveColour);
  return { stage: world.stage, takenAt, config, schedule, record, candidate, addresses, aws, split, latch, contracts };
}

/** The restores that led to the database of now, as the program knows them. A stage that was never restored reads no file for it. */
export async function restoresIn(
  evidence: Pick<EvidenceStore, "restores">,
  from: RestoreFrom | undefined,
): Promise<readonly DatabaseRestore[]> {
  return from === undefined ? [] : restoresThatLedHere(await evidence.restores(), from);
}

/** Production's first step alone is held against staging, and only with an image that has not been live. */
async function askStaging(
  { stagingStack }: Pick<RolloutWorld, "stagingStack">,
  { record, candidate }: Pick<Standing, "record" | "candidate">,
): Promise<string | null | undefined> {
  const image = record.images[candidate];
  if (stagingStack === undefined || record.weightPercent > 0 || image === null || hasBeenLive(record, image))
    return undefined;
  return await stagingObjection(image, async () => parseRecord((await stagingStack.outputs()).rollout));
}

/**
 * Reads everything that a verdict rests on: eight calls of AWS more, however long the history is, and one where the config
 * requires `verify` or `integrity`. Before production's first step Pulumi is asked for staging's record as well.
 */
export async function readSnapshot(world: RolloutWorld): Promise<Snapshot> {
  const standing = await readStanding(world);
  const { aws, record, takenAt, config } = standing;
  const { required, integrityRequired } = config.verify;
  const [sight, feedback, findings, staging] = await Promise.all([
    lookAtStage(aws, record, takenAt),
    readFeedback({ config, record, folder: world.projectFolder }),
    required || integrityRequired ? aws.readReleaseFindings() : undefined,
    askStaging(world, standing),
  ]);
  return { ...standing, ...sight, feedback, findings, staging };
}

/** A gate's judgement with the numbers that it rests on. */
export interface SnapshotGate extends GateJudgement {
  readonly input: GateInput;
}

/** Judges whether the next move may be taken, by what a snapshot shows. */
export function gateOf(snapshot: Snapshot): SnapshotGate {
  const input = gateInput(snapshot);
  const judged = judgeGate(input);
  return {
    input,
    ...judged,
    findings: judged.findings.map((finding) => ({
      ...finding,
      sentence: namingStage(finding.sentence, snapshot.stage),
    })),
  };
}

function gateInput(snapshot: Snapshot): GateInput {
  const { config, schedule, record, candidate } = snapshot;
  const { errorRatePercent, responseTimeSeconds } = config.alerts;
  return gateInputOf(snapshot, {
    candidate,
    live: record.liveColour,
    errorRatePercent,
    responseTimeSeconds,
    minTasks: config.api.minTasks,
    guardrails: config.rollout.guardrails,
    weightPercent: record.weightPercent,
    nextWeightPercent: nextMove(record, schedule).nextWeightPercent,
    schedule,
    objectivePercent: config.objectives.errorRatePercent,
    minimumErrors: config.alerts.minimumErrors,
    feedbackLimit: feedbackLimitOf(config.rollout),
    systemLimits: systemLimitsOf(config, snapshot.addresses),
  });
}
