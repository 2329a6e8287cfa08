import { createHash } from "node:crypto";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour } from "../../rollout/colour.ts";
import { ownHostGroup } from "../../rollout/names.ts";
import { type Child, child, guarded, type Scope } from "../scope.ts";
import type { TrafficArgs } from "./traffic-args.ts";

/** The two target groups of a colour. Its tasks are registered in both. */
export interface ColourGroups {
  /** Behind the public rule. What is counted for the rollout is counted here. */
  readonly public: TargetGroup;
  /** Behind the rule of the candidate's own host, so that nobody there counts for the rollout. */
  readonly ownHost: TargetGroup;
}

/** Which of a colour's target groups: that of the public host, or that of the candidate's own. */
export type HostGroup = keyof ColourGroups;

/**
 * A container is out after two failures in a row, about 20 s, and back after two passes. AWS allows 5 to 300 s between
 * checks. With 10 s a broken container is found well within the five minutes of guide B1.
 */
const healthCheckTiming = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 2 } as const;

/**
 * Creates two target groups for each colour, one for each host. All four always exist and differ in name only. Their health
 * checks are the same, because ECS stops a task that fails them in any of its target groups.
 *
 * Requests go round robin. Least outstanding requests would send the most to a container that fails fastest, and anomaly
 * mitigation would hide a broken container of the candidate from its own alarms. Both are wrong for a version on trial.
 * Slow start and stickiness are off, so the weights alone decide what is served. Containers are reached over plain HTTP
 * inside the VPC, because TLS ends at the load balancer (deliberately not FSBP ELB.21 and ELB.22).
 */
export function createTargetGroups(scope: Scope, args: TrafficArgs): Record<Colour, ColourGroups> {
  return byColour((colour) => {
    const ownHost = child(scope, `${colour}-${ownHostGroup}`);
    return {
      public: createTargetGroup(child(scope, colour), args),
      ownHost: createTargetGroup(ownHost, { ...args, name: nameFor(ownHost, args) }),
    };
  });
}

/**
 * The name in AWS of a target group for the candidate's own host. A name ends at 32 characters there, and Pulumi's own
 * suffix of eight would not fit. Like Pulumi's it is another one for a target group that takes this one's place, whose port
 * or network is another one, because both exist at once for a moment.
 *
 * @example "portal-production-green-own-1a2b"
 */
function nameFor({ logicalName }: Child, { vpcId, containerPort }: TrafficArgs): pulumi.Output<string> {
  return pulumi.output(vpcId).apply((vpc) => {
    const suffix = createHash("sha256").update(`${vpc} ${containerPort}`).digest("hex").slice(0, 4);
    return `${logicalName}-${suffix}`;
  });
}

function createTargetGroup(
  unprotected: Child,
  args: TrafficArgs & { readonly name?: pulumi.Output<string> },
): TargetGroup {
  const { logicalName, tags, opts } = guarded(unprotected, args.targetsProtection);
  return new TargetGroup(
    logicalName,
    {
      name: args.name,
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
}
