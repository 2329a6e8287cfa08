import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { namingStage } from "../../rollout/move.ts";
import { parseRecord, type RolloutRecord } from "../../rollout/record.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { failureText, takeBackHint } from "../messages.ts";
import { type OutputName, type RecordedOutputs, stackOutputsSchema, stageAddressNames } from "../stack-outputs.ts";
import { readFingerprints, type SecretFingerprints } from "./secret-fingerprints.ts";

/** What an update reads of the one before. */
const outputsToRead: readonly OutputName[] = [
  ...new Set([
    ...stageAddressNames,
    "rollout",
    "candidateRuleArn",
    "ownHostTargetGroupArns",
    "accountId",
    "dnsZone",
    "databaseInstanceIdentifier",
    "databaseInForce",
    "dnsHosts",
    "loadBalancerDnsName",
    "originPulls",
  ] as const),
];

/** The rule that carries the weights, and whose target group is whose. */
export interface DeployedRule {
  readonly publicRuleArn: string;
  readonly targetGroupArns: Readonly<Record<"blue" | "green", string>>;
  /** The rule of the candidate's own host; absent after an update by a version that did not name it. */
  readonly candidateRuleArn?: string | undefined;
  /** Target groups of the candidate's own host; absent after an update by a version that had none. */
  readonly ownHostTargetGroupArns?: Readonly<Record<"blue" | "green", string>> | undefined;
}

/** Where a stage was deployed to; a part is absent after an update by a version that did not name it. */
export interface DeployedPlaces {
  /** AWS account, 12 digits. */
  readonly accountId?: string | undefined;
  /** Cloudflare zone of the stage's hosts. */
  readonly zone?: { readonly name: string; readonly id: string } | undefined;
}

/** What the last finished update of a stack left behind. */
export interface PreviousUpdate {
  /** Null on a stack's first deployment. */
  readonly record: RolloutRecord | null;
  /** Absent on a stack's first deployment, and after an update by a version that wrote no such outputs. */
  readonly rule?: DeployedRule;
  readonly places: DeployedPlaces;
  /** What a gate finds a stage in AWS by, not read yet: only a rise or a promote needs it. */
  readonly outputs: RecordedOutputs;
  /** Absent where no release names a version of a secret yet. */
  readonly fingerprints?: SecretFingerprints | undefined;
}

/**
 * Reads what the last finished update of this very stack left behind.
 *
 * It is read through a `StackReference` to the stack itself, which gives the outputs as they were before this update
 * began. A new stack has none. Where the state cannot be read, the engine says so itself and ends the program.
 *
 * @throws {pulumi.RunError} for outputs that this version cannot read, and for others without a record
 */
export async function readPreviousUpdate(stage: Stage): Promise<PreviousUpdate> {
  const stack = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`);
  const [outputs, { secretValue }] = await Promise.all([
    readOutputs(stack),
    stack.getOutputDetails(fingerprintsOutput),
  ]);
  const fingerprints = readFingerprints(secretValue);
  const record = readRecord(outputs.rollout, stage);
  const places = parsePlaces(outputs);
  if (record === null && outputs.publicRuleArn !== undefined) throw lostRecord(stage);
  if (record === null || outputs.publicRuleArn === undefined || outputs.targetGroupArns === undefined) {
    return { record, places, outputs, fingerprints };
  }
  return { record, rule: parseRule(outputs, stage), places, outputs, fingerprints };
}

/** The one output that Pulumi encrypts. It is read apart, so that it goes nowhere else. */
const fingerprintsOutput = "secretFingerprints" satisfies OutputName;

async function readOutputs(stack: pulumi.StackReference): Promise<RecordedOutputs> {
  const read = async (name: OutputName) => [name, (await stack.getOutputDetails(name)).value] as const;
  return Object.fromEntries(await Promise.all(outputsToRead.map(read)));
}

function readRecord(output: unknown, stage: Stage): RolloutRecord | null {
  try {
    return parseRecord(output);
  } catch (error) {
    throw new pulumi.RunError(`${namingStage(failureText(error), stage)}. ${takeBackHint(stage)}`);
  }
}

/** Without its record a stage that serves the public would be taken for a new one, which the rules let do anything at weight 0. */
function lostRecord(stage: Stage): pulumi.RunError {
  return new pulumi.RunError(
    `The stack has outputs of an earlier update, such as publicRuleArn, but its output "rollout" is missing. Without it nobody can tell which colour is live, and all traffic could go to the other one. Nothing was changed. Repair the output with npx pulumi state edit --stack ${stage}, as an earlier version of the state has it. ${takeBackHint(stage)}`,
  );
}

const ruleSchema = stackOutputsSchema
  .pick({ publicRuleArn: true, targetGroupArns: true, candidateRuleArn: true, ownHostTargetGroupArns: true })
  .partial({ candidateRuleArn: true, ownHostTargetGroupArns: true });

function parseRule(outputs: RecordedOutputs, stage: Stage): DeployedRule {
  const parsed = ruleSchema.safeParse(outputs);
  if (parsed.success) return parsed.data;
  throw new pulumi.RunError(
    `The stack outputs "publicRuleArn", "targetGroupArns", "candidateRuleArn" and "ownHostTargetGroupArns" cannot be read: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}. They were written by another version of this program; run the update with that version, or repair the outputs with npx pulumi state edit --stack ${stage}. ${takeBackHint(stage)}`,
  );
}

/** Places serve only where a lookup fails, so one that cannot be read counts as absent. */
function parsePlaces({ accountId, dnsZone }: RecordedOutputs): DeployedPlaces {
  return {
    accountId: stackOutputsSchema.shape.accountId.safeParse(accountId).data,
    zone: stackOutputsSchema.shape.dnsZone.safeParse(dnsZone).data,
  };
}
