import { Policy } from "@pulumi/aws/appautoscaling/policy.js";
import { Target } from "@pulumi/aws/appautoscaling/target.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What a service grows and shrinks by. */
export interface AutoscalingArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly tags: Tags;
}

/** Metrics that tasks are added by, and the average that they are kept at, per cent. */
const trackedMetrics = [
  { purpose: "cpu", metric: "ECSServiceAverageCPUUtilization", targetPercent: 60 },
  // Below the 80 % at which memory alarms (guide A4), so that a task is added before a person is called.
  { purpose: "memory", metric: "ECSServiceAverageMemoryUtilization", targetPercent: 70 },
] as const;

/**
 * Keeps a service's average CPU at 60 % and memory at 70 %, quickly out and slowly back.
 *
 * Requests per target are not tracked: a weighted step multiplies a colour's requests within seconds, and at the portal's
 * volume the metric is a handful of requests, so that it would follow the rollout and not the load.
 */
export function createAutoscaling(logicalName: string, args: AutoscalingArgs, parent: pulumi.Resource): void {
  const target = new Target(
    logicalName,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
      minCapacity: args.minTasks,
      maxCapacity: args.maxTasks,
      tags: { ...args.tags, Name: logicalName },
    },
    { parent },
  );
  for (const { purpose, metric, targetPercent } of trackedMetrics) {
    new Policy(
      `${logicalName}-${purpose}`,
      {
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: metric },
          targetValue: targetPercent,
          scaleOutCooldown: 60,
          scaleInCooldown: 300,
        },
      },
      { parent },
    );
  }
}
