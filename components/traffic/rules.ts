import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Colour, colours } from "../../rollout/colour.ts";
import { rolloutStepsTag, ruleName, writeStepsTag } from "../../rollout/names.ts";
import { type Split, weightsByColour } from "../../rollout/split.ts";
import type { Scope } from "../scope.ts";
import type { ColourGroups, HostGroup } from "./target-groups.ts";
import type { TrafficArgs } from "./traffic-args.ts";

/**
 * No client is tied to a colour, because sticky clients outlast a rollback. The block is written out although it switches
 * nothing on: the provider ignores a block that the program leaves out, and stickiness that somebody switched on would
 * stay. The provider asks for a duration in any case. Whoever else writes the rule, such as the rollback machine, writes
 * the same values. Otherwise the next preview shows a difference.
 */
export const groupStickiness = { enabled: false, durationSeconds: 1 } as const;

/** A listener evaluates rules by rising priority. The hosts differ, so the order decides nothing. */
const priorities = { public: 10, candidate: 20 } as const;

/** What both rules are made from. */
type RuleArgs = TrafficArgs & {
  readonly listenerArn: pulumi.Output<string>;
  readonly targetGroups: Readonly<Record<Colour, ColourGroups>>;
};

/**
 * Creates the public host's rule, the one resource that a step changes. Its weights come from `weightPercent`, and no
 * other resource here reads that.
 *
 * Blue always comes before green, whichever is live. A promote flips the live colour and takes the weight from 100 to 0 in
 * one edit, and so leaves the rule as it is.
 */
export function createPublicRule({ name, parent, tags }: Scope, args: RuleArgs): ListenerRule {
  const weights = weightsByColour(args.liveColour, args.weightPercent);
  const logicalName = ruleName(name, "public");
  return new ListenerRule(
    logicalName,
    {
      listenerArn: args.listenerArn,
      priority: priorities.public,
      conditions: [{ hostHeader: { values: [args.publicHost] } }],
      actions: [forwardTo(args, "public", weights)],
      tags: { ...tags, Name: logicalName, [rolloutStepsTag]: writeStepsTag(args.stepWeightsPercent) },
    },
    { parent },
  );
}

/**
 * Creates the rule of the candidate's own host (guide P3: api-v2). It reaches the candidate at every weight, 0 included,
 * so that people can test it.
 *
 * It names both colours' target groups of that host, the candidate's with all the weight: ECS registers tasks only in a
 * target group that some rule names. A promote swaps the two weights.
 */
export function createCandidateRule({ name, parent, tags }: Scope, args: RuleArgs): ListenerRule {
  const logicalName = ruleName(name, "candidate");
  return new ListenerRule(
    logicalName,
    {
      listenerArn: args.listenerArn,
      priority: priorities.candidate,
      conditions: [{ hostHeader: { values: [args.candidateHost] } }],
      actions: [forwardTo(args, "ownHost", weightsByColour(args.liveColour, 100))],
      tags: { ...tags, Name: logicalName },
    },
    { parent },
  );
}

function forwardTo({ targetGroups }: RuleArgs, host: HostGroup, weights: Split) {
  return {
    type: "forward",
    forward: {
      targetGroups: colours.map((colour) => ({ arn: targetGroups[colour][host].arn, weight: weights[colour] })),
      stickiness: { enabled: groupStickiness.enabled, duration: groupStickiness.durationSeconds },
    },
  };
}
