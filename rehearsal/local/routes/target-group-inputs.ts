import { z } from "zod";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import { readInputs } from "./read-inputs.ts";

/** How a target group's targets are checked. Seconds are the planned ones. */
export interface PlannedHealthCheck {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Passes in a row that bring an unhealthy target back. */
  readonly healthyThreshold: number;
  /** Failures in a row that take a healthy target out. */
  readonly unhealthyThreshold: number;
  /** Status codes that pass, such as `200` or `200-299,301`. */
  readonly matcher: string;
}

/** A planned target group, as far as traffic notices it. */
export interface PlannedTargetGroup {
  readonly arn: string;
  /** Logical name. */
  readonly name: string;
  readonly port: number;
  readonly deregistrationDelaySeconds: number;
  readonly healthCheck: PlannedHealthCheck;
}

/** What the provider fills in is from the resource's own documentation, "TargetGroup" of the AWS provider. */
const targetGroupInputs = z.object({
  port: z.int(),
  protocol: z.literal("HTTP"),
  targetType: z.literal("ip"),
  protocolVersion: z.literal("HTTP1").optional(),
  deregistrationDelay: z.number().default(300),
  slowStart: z.literal(0).optional(),
  loadBalancingAlgorithmType: z.literal("round_robin").optional(),
  stickiness: z.looseObject({ enabled: z.literal(false) }).optional(),
  healthCheck: z.strictObject({
    enabled: z.literal(true).default(true),
    path: z.string().startsWith("/"),
    port: z.literal("traffic-port").optional(),
    protocol: z.literal("HTTP").optional(),
    interval: z.number().default(30),
    timeout: z.number().default(6),
    healthyThreshold: z.number().default(3),
    unhealthyThreshold: z.number().default(3),
    matcher: z
      .string()
      .regex(/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/)
      .default("200"),
  }),
});

/** Reads one target group. Another algorithm, protocol or stickiness than the balancer models is refused. */
export function readTargetGroup(resource: PlannedResource): PlannedTargetGroup {
  const inputs = readInputs(resource, targetGroupInputs);
  const { path, interval, timeout, healthyThreshold, unhealthyThreshold, matcher } = inputs.healthCheck;
  return {
    arn: String(resource.outputs["arn"] ?? resource.id),
    name: resource.name,
    port: inputs.port,
    deregistrationDelaySeconds: inputs.deregistrationDelay,
    healthCheck: {
      path,
      intervalSeconds: interval,
      timeoutSeconds: timeout,
      healthyThreshold,
      unhealthyThreshold,
      matcher,
    },
  };
}
