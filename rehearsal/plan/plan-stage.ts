import "./lean-sdk.ts";
import type { TaskDefinitionAnswer } from "../../components/api/task-settings.ts";
import { editSettings } from "../../infra/config/apply-settings.ts";
import { type KeyPath, projectName } from "../../infra/config/config-keys.ts";
import { type Stage, stageConfigSchema } from "../../infra/config/schema/stage-config.ts";
import { isStandIn } from "../../infra/config/secrets.ts";
import { readStackFile, type StackSettings, secretKeysOf, stagingAtHand } from "../../infra/config/stack-file.ts";
import {
  dataParameter,
  latchParameter,
  notedContractsParameter,
  releasedFrontendParameter,
  verificationParameter,
} from "../../infra/naming.ts";
import { program } from "../../infra/program.ts";
import type { GateFile } from "../../infra/rollout/gate-file.ts";
import type { ProgramWorld } from "../../infra/rollout/program-world.ts";
import { readStagingRecord } from "../../infra/rollout/staging-record.ts";
import type { RecordedOutputs } from "../../infra/stack-outputs.ts";
import type { Colour } from "../../rollout/colour.ts";
import type { ContractMigration } from "../../rollout/contract-migrations.ts";
import type { DatabaseRestore } from "../../rollout/database-restores.ts";
import type { FrontendSight } from "../../rollout/frontend/frontend-sight.ts";
import type { StageSight } from "../../rollout/gate/stage-sight.ts";
import { readJson } from "../../rollout/json.ts";
import { clearLatch, type Latch } from "../../rollout/latch.ts";
import { parseRecord, type RolloutRecord } from "../../rollout/record.ts";
import type { PlannedResource } from "./planned-resource.ts";
import { judgePlan, type PolicyFinding } from "./policy-findings.ts";
import { recordPlan } from "./record-plan.ts";
import { worldAfter } from "./world-after.ts";

/** What to plan. */
export interface PlanRequest {
  readonly stage: Stage;
  /** Config keys that differ from the stack file, dotted: `candidateWeight`, `images.green`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** What the last update left behind; null for a stack that was never updated. */
  readonly previousRecord: RolloutRecord | null;
  /**
   * The rollback latch in AWS; `missing` where the parameter does not exist. Default clear, and missing for a stack that
   * was never updated.
   */
  readonly latch?: Latch | "missing";
  /** What `verify` has left in AWS, the value of each colour's parameter. Default nothing. */
  readonly verifications?: Readonly<Partial<Record<Colour, string>>> | undefined;
  /** What `integrity` and migrations have left in AWS, the value of each colour's parameter. Default nothing. */
  readonly dataEvidence?: Readonly<Partial<Record<Colour, string>>> | undefined;
  /** What Vercel shows when the gate asks, or why it shows nothing. Absent for a plan that asks Vercel nothing. */
  readonly frontendSight?: FrontendSight | { readonly failure: string } | undefined;
  /** Which frontend is out with which release, the value of its parameter in AWS. Default nothing. */
  readonly releasedFrontend?: string | undefined;
  /**
   * What the public rule in AWS gives each colour, per cent. Default what the record says; of no meaning for a stack that
   * was never updated.
   */
  readonly realWeights?: Readonly<Record<Colour, number>>;
  /** How an update reaches the public rule in AWS. Absent for a plan that writes nothing. */
  readonly openPublicRule?: ProgramWorld["openPublicRule"];
  /** What AWS shows of the rollout when the gate asks, or why it shows nothing. Absent for a plan that asks no gate. */
  readonly sight?: StageSight | { readonly failure: string } | undefined;
  /** Deployed task definitions by ARN, or why they cannot be read. Absent for a plan that asks for none. */
  readonly deployedTasks?: Readonly<Record<string, TaskDefinitionAnswer>> | { readonly failure: string } | undefined;
  /** The `contract` migrations that the evidence tells of. Absent for a plan that asks for none. */
  readonly contracts?: readonly ContractMigration[] | undefined;
  /** The outputs of staging's last update, or that there is no such stack. Absent for a plan that does not ask. */
  readonly staging?: RecordedOutputs | "no stack" | undefined;
  /** The `contract` migrations that are noted in AWS, the value of their parameter. Default nothing. */
  readonly notedContracts?: string | undefined;
  /** The restores of the database that the evidence tells of. Absent for a plan that asks for none. */
  readonly restores?: readonly DatabaseRestore[] | undefined;
  /**
   * The outputs of the last update, which the gate finds the stage by. Default made up; and `dns.originPulls` is taken to be in
   * force as the file has it, also in a stack that was never updated.
   */
  readonly previousOutputs?: RecordedOutputs | undefined;
  /** What the preview of this very update wrote of the gate. */
  readonly judgedInPreview?: GateFile | undefined;
  /** The update's clock. */
  readonly now: Date;
  /** Folder with the stack files. */
  readonly projectFolder: string;
}

/** What one update of a stage would be. */
export interface StagePlan {
  readonly stage: Stage;
  readonly resources: readonly PlannedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Where `outputs` hold secrets. */
  readonly secretOutputs: readonly KeyPath[];
  /** What stands for each encrypted application secret, by its name: another text where it was encrypted anew. */
  readonly encryptedSecrets: Readonly<Record<string, string>>;
  /** The rollout's record after the update. */
  readonly record: RolloutRecord;
  readonly findings: readonly PolicyFinding[];
  /** What the program warns of, in order. */
  readonly warnings: readonly string[];
  /** What the program tells of the move, such as what the gate says. */
  readonly notes: readonly string[];
  /** What the program wrote of the gate. */
  readonly judged: GateFile | undefined;
}

/**
 * Plans a stage in this process from its stack file, by the real program.
 *
 * @throws whatever the program throws: a `ConfigError` naming every mistake, a `RolloutRefusedError` naming every rule
 */
export async function planStage(request: PlanRequest): Promise<StagePlan> {
  const { stage, previousRecord, now, openPublicRule, sight, deployedTasks, contracts, projectFolder } = request;
  const { frontendSight, restores } = request;
  const warnings: string[] = [];
  const notes: string[] = [];
  let judged: GateFile | undefined;
  const world: ProgramWorld = {
    now,
    warn: async (message) => void warnings.push(message),
    tell: async (message) => void notes.push(message),
    gateFile: {
      read: () => request.judgedInPreview,
      write: (content) => {
        judged = content;
      },
    },
    openPublicRule,
    readTaskDefinition: deployedTasks && (async ({ arn }) => taskIn(deployedTasks, arn)),
    readContracts: contracts && (() => ({ contracts, unreadable: [] })),
    readStagingRecord: request.staging && readStagingRecord,
    readRestores: restores && (() => restores),
    lookAtStage: sight && (async () => seen(sight)),
    lookAtFrontend: frontendSight && (async () => seen(frontendSight)),
  };
  const file = editSettings(readStackFile(projectFolder, stage), request.set ?? {});
  const previousOutputs = { originPulls: originPullsOf(file.values), ...request.previousOutputs };
  const { resources, outputs, secretOutputs } = await recordPlan({
    project: projectName,
    stack: stage,
    config: file.values,
    secretKeys: secretKeysOf(file),
    calls: {
      ...regionOf(file.values),
      ...(previousRecord === null
        ? { stackOutputs: previousOutputs }
        : worldAfter(previousRecord, request.realWeights, previousOutputs)),
      ...parametersIn(request),
      ...(typeof request.staging === "object"
        ? { otherStacks: { [`organization/${projectName}/staging`]: request.staging } }
        : {}),
    },
    program: () => program(world, { stackFile: file, staging: stagingAtHand(projectFolder) }),
  });
  const { rollout }: RecordedOutputs = outputs;
  const record = parseRecord(rollout);
  if (record === null) throw new Error('The program wrote no output "rollout".');
  const encryptedSecrets = standInsIn(file);
  const findings = judgePlan(resources);
  return { stage, resources, outputs, secretOutputs, encryptedSecrets, record, findings, warnings, notes, judged };
}

function standInsIn({ values }: StackSettings): Readonly<Record<string, string>> {
  const secrets: unknown = readJson(values[`${projectName}:applicationSecrets`]);
  const texts = typeof secrets === "object" && secrets !== null ? Object.entries(secrets) : [];
  return Object.fromEntries(texts.filter(([, text]) => isStandIn(text)));
}

function seen<Sight extends object>(sight: Sight | { readonly failure: string }): Sight {
  if ("failure" in sight) throw new Error(sight.failure);
  return sight;
}

function taskIn(tasks: NonNullable<PlanRequest["deployedTasks"]>, arn: string): TaskDefinitionAnswer {
  if (isFailure(tasks)) throw new Error(tasks.failure);
  const found = tasks[arn];
  if (found === undefined) throw new Error(`no task definition ${arn} is deployed`);
  return found;
}

function isFailure(tasks: NonNullable<PlanRequest["deployedTasks"]>): tasks is { readonly failure: string } {
  return typeof tasks["failure"] === "string";
}

/** The parameters of the rollout in AWS. Without any, the planner answers with a clear latch. */
function parametersIn(request: PlanRequest): { readonly parameters?: Readonly<Record<string, string>> } {
  const { stage, latch, verifications = {}, dataEvidence = {}, releasedFrontend, notedContracts } = request;
  const left = (values: Readonly<Partial<Record<Colour, string>>>, nameOf: typeof verificationParameter) =>
    Object.entries(values).map(([colour, value]) => [nameOf(projectName, stage, colour as Colour), value]);
  const further = [
    ...left(verifications, verificationParameter),
    ...left(dataEvidence, dataParameter),
    ...(releasedFrontend === undefined ? [] : [[releasedFrontendParameter(projectName, stage), releasedFrontend]]),
    ...(notedContracts === undefined ? [] : [[notedContractsParameter(projectName, stage), notedContracts]]),
  ];
  if (latch === undefined && further.length === 0) return {};
  const { name } = latchParameter(projectName, stage);
  return {
    parameters: {
      ...(latch === "missing" ? {} : { [name]: JSON.stringify(latch ?? clearLatch) }),
      ...Object.fromEntries(further),
    },
  };
}

/** What the file says of the origin pulls, with its defaults; undefined where it says nothing that can be read. */
function originPullsOf(values: Readonly<Record<string, string>>): unknown {
  const dns = stageConfigSchema.shape.dns.safeParse(readJson(values[`${projectName}:dns`]));
  return dns.success ? dns.data.originPulls : undefined;
}

/** The region that the planned ARNs name; a config too broken to tell is refused by the program itself. */
function regionOf(values: Readonly<Record<string, string>>): { region?: string } {
  try {
    const aws = stageConfigSchema.shape.aws.safeParse(JSON.parse(values[`${projectName}:aws`] ?? ""));
    return aws.success ? { region: aws.data.region } : {};
  } catch {
    return {};
  }
}
