import {
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { byColour, type Colour, colours } from "../../rollout/colour.ts";
import type { TargetCounts } from "../../rollout/gate/stage-sight.ts";
import type { PublicRuleAddress } from "../../rollout/rollback-address.ts";
import { readTargetsByColour, type Split, weightsByColour } from "../../rollout/split.ts";
import type { PublicRuleAws } from "../rollout/program-world.ts";
import { clientOptions, explained } from "./client.ts";

/** Reads the weights of the public rule, each by the ARN of its target group and never by its place. */
export async function readSplit(
  client: ElasticLoadBalancingV2Client,
  address: Pick<PublicRuleAddress, "publicRuleArn" | "targetGroupArns">,
): Promise<Split> {
  const { Rules } = await explained("the public rule could not be read", () =>
    client.send(new DescribeRulesCommand({ RuleArns: [address.publicRuleArn] })),
  );
  return splitOf(Rules?.[0], address);
}

/**
 * Gives one colour all public traffic.
 *
 * @returns the split of the rule that AWS answers with
 */
export async function moveAllTraffic(
  client: ElasticLoadBalancingV2Client,
  address: PublicRuleAddress,
  to: Colour,
): Promise<Split> {
  return await modifyRule(client, address, weightsByColour(to, 0), `the traffic could not be moved to ${to}`);
}

/**
 * Gives each colour its per cent of the public traffic.
 *
 * @returns the split of the rule that AWS answers with
 */
export async function writeSplit(
  client: ElasticLoadBalancingV2Client,
  address: PublicRuleAddress,
  split: Split,
): Promise<Split> {
  return await modifyRule(client, address, split, "the public rule could not be written");
}

/**
 * One call, with the group stickiness that the program plans and blue before green, so that the next update finds no
 * difference but the weights.
 */
async function modifyRule(
  client: ElasticLoadBalancingV2Client,
  address: PublicRuleAddress,
  split: Split,
  asked: string,
): Promise<Split> {
  const { publicRuleArn, targetGroupArns, stickiness } = address;
  const ForwardConfig = {
    TargetGroups: colours.map((colour) => ({ TargetGroupArn: targetGroupArns[colour], Weight: split[colour] })),
    TargetGroupStickinessConfig: { Enabled: stickiness.enabled, DurationSeconds: stickiness.durationSeconds },
  };
  const { Rules } = await explained(asked, () =>
    client.send(new ModifyRuleCommand({ RuleArn: publicRuleArn, Actions: [{ Type: "forward", ForwardConfig }] })),
  );
  return splitOf(Rules?.[0], address);
}

function splitOf(
  rule: Rule | undefined,
  { publicRuleArn, targetGroupArns }: Pick<PublicRuleAddress, "publicRuleArn" | "targetGroupArns">,
): Split {
  const groups = rule?.Actions?.flatMap((action) => action.ForwardConfig?.TargetGroups ?? []) ?? [];
  const targets = groups.map(({ TargetGroupArn = "", Weight }) => ({ arn: TargetGroupArn, weight: Weight }));
  const { weights } = readTargetsByColour(targets, targetGroupArns);
  const unnamed = colours.find((colour) => weights[colour] === undefined);
  if (unnamed !== undefined) {
    throw new Error(
      `AWS: the public rule ${publicRuleArn} does not name the target group of ${unnamed}: somebody has changed it by hand. To put it back with all traffic on the live colour, run npm run rollout -- rollback --stage <stage>; or set candidateWeight to 0 and run npx pulumi up --stack <stage>, which writes the rule before anything else, whatever Pulumi's state says.`,
    );
  }
  return byColour((colour) => weights[colour] ?? 0);
}

/** Counts a target group's targets by health. */
export async function readTargets(client: ElasticLoadBalancingV2Client, targetGroupArn: string): Promise<TargetCounts> {
  const { TargetHealthDescriptions: found = [] } = await explained("the tasks' health could not be read", () =>
    client.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
  );
  const healthy = found.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
  return { healthy, notHealthy: found.length - healthy };
}

/** Counts a target group's targets in a region, with the credentials of the environment. */
export async function readTargetsOf(region: string, targetGroupArn: string): Promise<TargetCounts> {
  return await readTargets(new ElasticLoadBalancingV2Client(clientOptions(region)), targetGroupArn);
}

/** The public rule of a stage's region, by AWS's SDK and with the credentials of the environment. */
export function openPublicRule(region: string): PublicRuleAws {
  const client = new ElasticLoadBalancingV2Client(clientOptions(region));
  return {
    writeSplit: (address, split) => writeSplit(client, address, split),
    readSplit: (address) => readSplit(client, address),
  };
}
