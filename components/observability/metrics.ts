import type * as pulumi from "@pulumi/pulumi";
import {
  candidateWeightMetricName,
  trafficWeightDimension,
  trafficWeightMetricName,
} from "../../rollout/rollback-machine.ts";

/** One CloudWatch metric and the statistic that is taken of it. `Text` is a string where its parts are already known. */
export interface Metric<Text extends pulumi.Input<string> = pulumi.Input<string>> {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, Text>>;
  /** A statistic such as `Sum`, `Maximum`, `p95` or `PR(:2)`. */
  readonly statistic: string;
}

const namespace = "AWS/ApplicationELB";

/** A metric of the load balancer as a whole, without health checks and refused requests. */
export function balancerMetric<Text extends pulumi.Input<string>>(
  loadBalancerArnSuffix: Text,
  metricName: string,
  statistic: string,
): Metric<Text> {
  return { namespace, metricName, dimensions: { LoadBalancer: loadBalancerArnSuffix }, statistic };
}

/** The dimensions of one target group's metrics. */
export interface TargetGroupDimensions<Text extends pulumi.Input<string> = pulumi.Input<string>> {
  /** `app/<name>/<id>` of the load balancer. */
  readonly loadBalancerArnSuffix: Text;
  /** `targetgroup/<name>/<id>`. */
  readonly targetGroupArnSuffix: Text;
}

/** A metric of one target group behind the load balancer. */
export function targetGroupMetric<Text extends pulumi.Input<string>>(
  { loadBalancerArnSuffix, targetGroupArnSuffix }: TargetGroupDimensions<Text>,
  metricName: string,
  statistic: string,
): Metric<Text> {
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

/** Per cent of public traffic that the public rule gives the candidate. The rollback's check publishes it each minute. */
export function candidateWeightMetric(metricNamespace: string, statistic: string): Metric {
  return { namespace: metricNamespace, metricName: candidateWeightMetricName, dimensions: {}, statistic };
}
