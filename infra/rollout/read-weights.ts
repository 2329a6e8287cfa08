import { type GetListenerRuleResult, getListenerRule } from "@pulumi/aws/lb/getListenerRule.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour } from "../../rollout/colour.ts";
import type { Split } from "../../rollout/split.ts";
import { recreateRuleCommand, takeBackHint } from "../command-lines.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { failureText } from "../failure-text.ts";
import type { DeployedRule } from "./previous-update.ts";
import type { ProgramWorld } from "./program-ports.ts";

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
        `${problem} Nothing is decided on a guess of where the traffic is, and nothing was changed. If AWS did not answer, run this command again. If these credentials may not read the rule, allow them elasticloadbalancing:DescribeRules and elasticloadbalancing:DescribeTags. If the rule is gone or was rewritten by hand, set candidateWeight to 0, leave liveColour and images as they are, and run ${recreateRuleCommand(stage)}, which makes the rule again. ${takeBackHint(stage)}`,
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

function weightsIn({ actions = [] }: GetListenerRuleResult, rule: DeployedRule): Split {
  const targets = actions.flatMap(({ forwards = [] }) => forwards.flatMap(({ targetGroups = [] }) => targetGroups));
  const ours = Object.values(rule.targetGroupArns);
  const foreign = targets.find(({ arn }) => !ours.includes(arn));
  if (foreign !== undefined) {
    throw new UnreadableRuleError(rule, `which forwards to ${foreign.arn}, the target group of neither colour`);
  }
  return byColour((colour) => targets.find(({ arn }) => arn === rule.targetGroupArns[colour])?.weight ?? 0);
}
