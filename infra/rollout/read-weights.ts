import { type GetListenerRuleResult, getListenerRule } from "@pulumi/aws/lb/getListenerRule.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour } from "../../rollout/colour.ts";
import type { Split } from "../../rollout/real-split.ts";
import type { DeployedRule } from "./previous-update.ts";

/** Raised where the public rule cannot be read; nothing was registered. */
class UnreadableRuleError extends pulumi.RunError {
  constructor({ publicRuleArn }: DeployedRule, why: string) {
    super(
      `The public rule's weights cannot be read from AWS, and nothing is decided on a guess of where the traffic is: ${publicRuleArn}, ${why}. Run again if AWS did not answer; let these credentials elasticloadbalancing:DescribeRules and DescribeTags if they may not; and if the rule is gone or was rewritten by hand, set candidateWeight to 0, leave liveColour and images as they are, and run npx pulumi up --refresh, which makes it again.`,
    );
  }
}

/** What is to be read, by whom, and what for. */
export interface WeightsRequest {
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
 * @throws {UnreadableRuleError} naming the rule, what may have happened and what to do
 */
export async function readWeights({ rule, provider, isSafeFromAnySplit }: WeightsRequest): Promise<Split | undefined> {
  if (rule === undefined) return undefined;
  try {
    return weightsIn(await askAws(rule, provider), rule);
  } catch (error) {
    if (!isSafeFromAnySplit || !(error instanceof UnreadableRuleError)) throw error;
    await pulumi.log.warn(`${error.message} This update asks for just that and goes on.`);
    return undefined;
  }
}

async function askAws(rule: DeployedRule, provider: pulumi.ProviderResource): Promise<GetListenerRuleResult> {
  try {
    return await getListenerRule({ arn: rule.publicRuleArn }, { provider });
  } catch (error) {
    throw new UnreadableRuleError(rule, (error instanceof Error ? error.message : String(error)).replace(/\.$/, ""));
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
