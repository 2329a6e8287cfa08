import { setTimeout } from "node:timers/promises";
import { type GetListenerRuleResult, getListenerRule } from "@pulumi/aws/lb/getListenerRule.js";
import { getParametersByPath } from "@pulumi/aws/ssm/getParametersByPath.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour, otherColour } from "../../rollout/colour.ts";
import { dataEvidenceIn } from "../../rollout/data-evidence.ts";
import {
  parseReleasedFrontend,
  type ReleasedFrontend,
  releasedFrontendParameterEnd,
} from "../../rollout/frontend/released-frontend.ts";
import { clearLatch, type Latch, missingLatch, parseLatch } from "../../rollout/latch.ts";
import { type NotedContract, notedContractsEnd, parseNotedContracts } from "../../rollout/noted-contracts.ts";
import {
  isSameSplit,
  readTargetsByColour,
  type Split,
  soleReceiver,
  type WeightedTarget,
} from "../../rollout/split.ts";
import { verificationsIn } from "../../rollout/verification.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { failureText, recreateRuleCommand, takeBackHint } from "../messages.ts";
import type { DeployedRule } from "./previous-update.ts";
import type { ProgramWorld } from "./program-world.ts";

/** What is to be read, by whom, and what for. */
export interface LatchRequest {
  /** The parameter's path without its last segment, and its full name. */
  readonly parameter: { readonly path: string; readonly name: string };
  readonly provider: pulumi.ProviderResource;
  /** Whether an update of this stack has finished before, which left a latch behind. */
  readonly wasDeployed: boolean;
  /** Whether the move is right whatever the latch says. Then one that cannot be read is told of and stops nothing. */
  readonly isSafe: boolean;
  readonly stage: Stage;
  readonly warn: ProgramWorld["warn"];
}

/** What the parameters of a stage's rollout say. */
export interface RolloutParameters {
  readonly latch: Latch;
  /** The parameter of each colour that `verify` has left. Empty where they could not be read. */
  readonly verifications: Readonly<Partial<Record<Colour, string>>>;
  /** The parameter of each colour that `integrity` and migrations have left. Empty where they could not be read. */
  readonly dataEvidence: Readonly<Partial<Record<Colour, string>>>;
  /** The `contract` migrations that `task` has noted. Undefined where they could not be read. */
  readonly noted: readonly NotedContract[] | undefined;
  /** The frontend that last went out with a release. Absent where none is known. */
  readonly released?: ReleasedFrontend | undefined;
}

/**
 * Reads the rollback latch from AWS, on every plan, and by the same call what `verify`, `integrity` and `task` have left.
 *
 * It is asked for by path and not by name, because a name that does not exist is an error, and on a stack's first
 * deployment the parameter does not exist yet. That is a clear latch. On a stack that was deployed before, a parameter
 * that does not exist counts as set, and so does one that cannot be read.
 *
 * @throws {pulumi.RunError} naming the parameter, what may have happened and what to do
 */
export async function readParameters(request: LatchRequest): Promise<RolloutParameters> {
  const { parameter, provider, wasDeployed, isSafe, stage, warn } = request;
  const withoutValue = wasDeployed ? missingLatch(parameter.name) : clearLatch;
  try {
    const { names, values } = await getParametersByPath({ path: parameter.path }, { provider });
    const valueAt = (name: string) => values[names.indexOf(name)];
    const valueBelow = (end: string) => valueAt(`${parameter.path}/${end}`);
    const value = valueAt(parameter.name);
    const noted = parseNotedContracts(valueBelow(notedContractsEnd));
    if (noted === undefined) await warn(unreadableNotes(`${parameter.path}/${notedContractsEnd}`));
    return {
      latch: value === undefined ? withoutValue : parseLatch(value),
      verifications: verificationsIn(valueBelow),
      dataEvidence: dataEvidenceIn(valueBelow),
      noted,
      released: parseReleasedFrontend(valueBelow(releasedFrontendParameterEnd)),
    };
  } catch (error) {
    const problem = `The rollback latch cannot be read from AWS: ${parameter.name}, ${failureText(error)}.`;
    if (!isSafe) {
      throw new pulumi.RunError(
        `${problem} It may be set, and then no weight may rise. Nothing was changed. Log in to AWS if the credentials have expired, allow them ssm:GetParametersByPath if they may not, and run this command again. ${takeBackHint(stage)}`,
      );
    }
    await warn(`${problem} All traffic goes to the live colour whatever the latch says, so this update goes on.`);
    return { latch: withoutValue, verifications: {}, dataEvidence: {}, noted: undefined };
  }
}

/** It stops nothing: what the record and the evidence tell still counts, and traffic must be taken back all the same. */
function unreadableNotes(name: string): string {
  return `The parameter ${name} cannot be read, in which contract migrations are noted. Those that only it tells of count for nothing in this update. Deploy with the version that wrote it.`;
}

/** Raised where the public rule cannot be read. The message says why, as a clause: `<ARN>, <what was answered>`. */
export class UnreadableRuleError extends Error {
  constructor({ publicRuleArn }: DeployedRule, why: string) {
    super(`${publicRuleArn}, ${why}`);
  }
}

/** What is to be read, by whom, and what for. */
export interface WeightsRequest {
  readonly stage: Stage;
  readonly warn: ProgramWorld["warn"];
  /** As the last finished update named it; undefined where there is none yet. */
  readonly rule: DeployedRule | undefined;
  readonly provider: pulumi.ProviderResource;
  /** Whether the move is right whatever the rule has. Then one that cannot be read is told of and stops nothing. */
  readonly isSafeFromAnySplit: boolean;
}

/**
 * Reads from AWS what the public rule really gives each colour, on every plan.
 *
 * The record cannot tell: an update that was killed, a rollback and a hand move the rule without it.
 *
 * @returns the weights as they stand in the rule, 0 for a colour that it does not name; undefined where there is no rule
 *   yet, or none that could be read and had to be
 * @throws {pulumi.RunError} naming the rule, what may have happened and what to do
 */
export async function readWeights(request: WeightsRequest): Promise<Split | undefined> {
  const { rule, provider, isSafeFromAnySplit, stage, warn } = request;
  if (rule === undefined) return undefined;
  try {
    return await askWeights(rule, provider);
  } catch (error) {
    if (!(error instanceof UnreadableRuleError)) throw error;
    const problem = `The public rule's weights cannot be read from AWS: ${error.message}.`;
    if (!isSafeFromAnySplit) {
      throw new pulumi.RunError(
        `${problem} Nothing is decided on a guess of where the traffic is, and nothing was changed. If AWS did not answer, run this command again. If these credentials may not read the rule, allow them elasticloadbalancing:DescribeRules and elasticloadbalancing:DescribeTags. If the rule is gone or was rewritten by hand, set candidateWeight to 0, leave liveColour, images and the settings under api: as they are, and run ${recreateRuleCommand(stage)}, which makes the rule again. ${takeBackHint(stage)}`,
      );
    }
    await warn(`${problem} All traffic goes to the live colour whatever the rule gives now, so this update goes on.`);
    return undefined;
  }
}

/**
 * Asks AWS once what the rule gives each colour.
 *
 * @throws {UnreadableRuleError} where AWS does not answer, or the rule forwards to another target group as well
 */
export async function askWeights(rule: DeployedRule, provider: pulumi.ProviderResource): Promise<Split> {
  return weightsIn(await askAws(rule, provider), rule);
}

async function askAws(rule: DeployedRule, provider: pulumi.ProviderResource): Promise<GetListenerRuleResult> {
  try {
    return await getListenerRule({ arn: rule.publicRuleArn }, { provider });
  } catch (error) {
    throw new UnreadableRuleError(rule, failureText(error));
  }
}

function weightsIn(answer: GetListenerRuleResult, rule: DeployedRule): Split {
  const { weights, foreign } = readTargetsByColour(targetsOf(answer), rule.targetGroupArns);
  if (foreign[0] !== undefined) {
    throw new UnreadableRuleError(rule, `which forwards to ${foreign[0]}, the target group of neither colour`);
  }
  return byColour((colour) => weights[colour] ?? 0);
}

function targetsOf({ actions = [] }: GetListenerRuleResult): readonly WeightedTarget[] {
  return actions.flatMap(({ forwards = [] }) => forwards.flatMap(({ targetGroups = [] }) => targetGroups));
}

/**
 * The colour that AWS takes for live: the one that the candidate's own host does not reach.
 *
 * @returns undefined where the rule of that host cannot be read or names neither colour; then the record has to do
 */
export async function askLiveColour(
  rule: DeployedRule,
  provider: pulumi.ProviderResource,
): Promise<Colour | undefined> {
  if (rule.candidateRuleArn === undefined) return undefined;
  try {
    const targets = targetsOf(await getListenerRule({ arn: rule.candidateRuleArn }, { provider }));
    // Before the own host had target groups of its own, its rule named a public one.
    const candidate = soleReceiver(targets, rule.ownHostTargetGroupArns ?? rule.targetGroupArns, rule.targetGroupArns);
    return candidate === undefined ? undefined : otherColour(candidate);
  } catch {
    return undefined;
  }
}

/** How often AWS is asked whether the rule has moved, and how long is waited in between: it may answer a moment behind. */
const reads = { attempts: 3, waitMilliseconds: 1000 } as const;

/** Reads the public rule's split until it is the wanted one, three times at most. @returns what was read last */
export async function readUntilSplit(wanted: Split, read: () => Promise<Split>): Promise<Split> {
  for (let attempt = 1; ; attempt += 1) {
    const real = await read();
    if (isSameSplit(real, wanted) || attempt === reads.attempts) return real;
    await setTimeout(reads.waitMilliseconds);
  }
}
