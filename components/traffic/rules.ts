import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { rolloutStepsTag, ruleName, writeStepsTag } from "../../rollout/names.ts";
import { weightsByColour } from "../../rollout/split.ts";
import { child, guarded, type Scope } from "../scope.ts";
import type { TrafficArgs } from "./traffic-args.ts";

/**
 * A container is out after two failures in a row, about 20 s, and back after two passes. AWS allows 5 to 300 s between
 * checks. With 10 s a broken container is found well within the five minutes of guide B1.
 */
const healthCheckTiming = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 2 } as const;

/**
 * Creates a target group for each colour. Both always exist and differ in name only.
 *
 * Requests go round robin. Least outstanding requests would send the most to a container that fails fastest, and anomaly
 * mitigation would hide a broken container of the candidate from its own alarms. Both are wrong for a version on trial.
 * Slow start and stickiness are off, so the weights alone decide what is served. Containers are reached over plain HTTP
 * inside the VPC, because TLS ends at the load balancer (deliberately not FSBP ELB.21 and ELB.22).
 */
export function createTargetGroups(scope: Scope, args: TrafficArgs): Record<Colour, TargetGroup> {
  return byColour((colour) => {
    const { logicalName, tags, opts } = guarded(child(scope, colour), args.targetsProtection);
    return new TargetGroup(
      logicalName,
      {
        vpcId: args.vpcId,
        targetType: "ip",
        port: args.containerPort,
        protocol: "HTTP",
        protocolVersion: "HTTP1",
        deregistrationDelay: args.deregistrationDelaySeconds,
        slowStart: 0,
        loadBalancingAlgorithmType: "round_robin",
        stickiness: { type: "lb_cookie", enabled: false },
        healthCheck: {
          enabled: true,
          protocol: "HTTP",
          port: "traffic-port",
          path: args.healthCheckPath,
          matcher: "200",
          ...healthCheckTiming,
        },
        tags,
      },
      opts,
    );
  });
}

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
  readonly targetGroups: Readonly<Record<Colour, TargetGroup>>;
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
      actions: [
        {
          type: "forward",
          forward: {
            targetGroups: colours.map((colour) => ({ arn: args.targetGroups[colour].arn, weight: weights[colour] })),
            stickiness: { enabled: groupStickiness.enabled, duration: groupStickiness.durationSeconds },
          },
        },
      ],
      tags: { ...tags, Name: logicalName, [rolloutStepsTag]: writeStepsTag(args.stepWeightsPercent) },
    },
    { parent },
  );
}

/**
 * Creates the rule of the candidate's own host (guide P3: api-v2). It reaches the candidate at every weight, 0 included,
 * so that people can test it.
 */
export function createCandidateRule({ name, parent, tags }: Scope, args: RuleArgs): ListenerRule {
  const logicalName = ruleName(name, "candidate");
  return new ListenerRule(
    logicalName,
    {
      listenerArn: args.listenerArn,
      priority: priorities.candidate,
      conditions: [{ hostHeader: { values: [args.candidateHost] } }],
      actions: [{ type: "forward", targetGroupArn: args.targetGroups[otherColour(args.liveColour)].arn }],
      tags: { ...tags, Name: logicalName },
    },
    { parent },
  );
}
