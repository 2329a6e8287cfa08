import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour } from "../../rollout/colour.ts";
import type { TrafficArgs } from "./traffic-args.ts";

/**
 * A container is out after two failures in a row, about 20 s, and back after two passes. AWS allows 5 to 300 s between
 * checks; 10 s finds a broken container well within the five minutes of guide B1.
 */
const healthCheckTiming = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 2 } as const;

/**
 * A target group for each colour. Both always exist and differ in name only.
 *
 * Requests go round robin. Least outstanding requests would send the most to a container that fails fastest, and anomaly
 * mitigation would hide a broken container of the candidate from its own alarms; both are wrong where a version is on
 * trial. Without slow start and stickiness the weights say what is served. Containers are reached over plain HTTP inside
 * the VPC: TLS ends at the load balancer (deliberately not FSBP ELB.21 and ELB.22).
 */
export function createTargetGroups(
  name: string,
  args: Pick<TrafficArgs, "vpcId" | "containerPort" | "healthCheckPath" | "deregistrationDelaySeconds" | "tags">,
  opts: pulumi.CustomResourceOptions,
): Record<Colour, TargetGroup> {
  return byColour(
    (colour) =>
      new TargetGroup(
        `${name}-${colour}`,
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
          tags: { ...args.tags, Name: `${name}-${colour}` },
        },
        opts,
      ),
  );
}
