import type * as pulumi from "@pulumi/pulumi";
import { trafficWeightDimension, trafficWeightMetricName } from "../../rollout/rollback-machine.ts";

/** One CloudWatch metric and the statistic that is taken of it. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  /** A statistic such as `Sum`, `Maximum`, `p95` or `PR(:2)`. */
  readonly statistic: string;
}

const namespace = "AWS/ApplicationELB";

/** A metric of the load balancer as a whole, without health checks and refused requests. */
export function balancerMetric(
  loadBalancerArnSuffix: pulumi.Input<string>,
  metricName: string,
  statistic: string,
): Metric {
  return { namespace, metricName, dimensions: { LoadBalancer: loadBalancerArnSuffix }, statistic };
}

/** The dimensions of one target group's metrics. */
export interface TargetGroupDimensions {
  /** `app/<name>/<id>` of the load balancer. */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** `targetgroup/<name>/<id>`. */
  readonly targetGroupArnSuffix: pulumi.Input<string>;
}

/** A metric of one target group behind the load balancer. */
export function targetGroupMetric(
  { loadBalancerArnSuffix, targetGroupArnSuffix }: TargetGroupDimensions,
  metricName: string,
  statistic: string,
): Metric {
  const dimensions = { LoadBalancer: loadBalancerArnSuffix, TargetGroup: targetGroupArnSuffix };
  return { namespace, metricName, dimensions, statistic };
}

/** Per cent of public traffic that the public rule gives a target group. The rollback's check publishes it each minute. */
export function trafficWeightMetric(
  metricNamespace: string,
  targetGroupArnSuffix: pulumi.Input<string>,
  statistic: string,
): Metric {
  return {
    namespace: metricNamespace,
    metricName: trafficWeightMetricName,
    dimensions: { [trafficWeightDimension]: targetGroupArnSuffix },
    statistic,
  };
}
