import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import type { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { ruleName } from "../../rollout/logical-names.ts";
import { rolloutStepsTag, writeStepsTag } from "../../rollout/tags.ts";
import { weightsByColour } from "../../rollout/weights.ts";
import type { TrafficArgs } from "./traffic-args.ts";

/**
 * No client is tied to a colour: sticky clients outlast a rollback. It is said and not left out, because the provider
 * ignores a difference in a block that the program leaves out, and stickiness that somebody switched on would stay. The
 * provider asks for a duration even so. Whoever else writes the rule, such as the rollback machine, writes the same, or
 * the next preview shows a difference.
 */
export const groupStickiness = { enabled: false, duration: 1 } as const;

/** A listener evaluates rules by rising priority. The hosts differ, so the order decides nothing. */
const priorities = { public: 10, candidate: 20 } as const;

/** What both rules are made from. */
interface RuleParts {
  readonly listenerArn: pulumi.Input<string>;
  readonly targetGroups: Record<Colour, TargetGroup>;
}

/**
 * The public host's rule, the one resource that a step changes: its weights come from `candidateWeightPercent`, which
 * nothing else here reads.
 *
 * Blue stands before green whichever is live. So promoting, which flips the live colour and takes the weight from 100 to
 * 0 in one edit, leaves the rule as it is.
 */
export function createPublicRule(
  name: string,
  args: Pick<TrafficArgs, "publicHost" | "liveColour" | "candidateWeightPercent" | "stepWeightsPercent" | "tags">,
  parts: RuleParts,
  opts: pulumi.CustomResourceOptions,
): ListenerRule {
  const weights = weightsByColour(args.liveColour, args.candidateWeightPercent);
  const logicalName = ruleName(name, "public");
  return new ListenerRule(
    logicalName,
    {
      listenerArn: parts.listenerArn,
      priority: priorities.public,
      conditions: [{ hostHeader: { values: [args.publicHost] } }],
      actions: [
        {
          type: "forward",
          forward: {
            targetGroups: colours.map((colour) => ({ arn: parts.targetGroups[colour].arn, weight: weights[colour] })),
            stickiness: { ...groupStickiness },
          },
        },
      ],
      tags: { ...args.tags, Name: logicalName, [rolloutStepsTag]: writeStepsTag(args.stepWeightsPercent) },
    },
    opts,
  );
}

/** The candidate's own host (guide P3: api-v2): reaches the candidate at every weight, 0 included, so that it can be tested. */
export function createCandidateRule(
  name: string,
  args: Pick<TrafficArgs, "candidateHost" | "liveColour" | "tags">,
  parts: RuleParts,
  opts: pulumi.CustomResourceOptions,
): ListenerRule {
  const logicalName = ruleName(name, "candidate");
  return new ListenerRule(
    logicalName,
    {
      listenerArn: parts.listenerArn,
      priority: priorities.candidate,
      conditions: [{ hostHeader: { values: [args.candidateHost] } }],
      actions: [{ type: "forward", targetGroupArn: parts.targetGroups[otherColour(args.liveColour)].arn }],
      tags: { ...args.tags, Name: logicalName },
    },
    opts,
  );
}
