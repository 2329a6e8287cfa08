import type * as pulumi from "@pulumi/pulumi";
import { trafficWeightDimension, trafficWeightMetricName } from "../rollback/traffic-weight-metric.ts";
import type { Metric } from "./alarms.ts";

const namespace = "AWS/ApplicationELB";

/** A metric of the load balancer as a whole, health checks and refused requests left out. */
export function balancerMetric(
  loadBalancerArnSuffix: pulumi.Input<string>,
  metricName: string,
  statistic: string,
): Metric {
  return { namespace, metricName, dimensions: { LoadBalancer: loadBalancerArnSuffix }, statistic };
}

/** Where one target group's metrics are found. */
export interface TargetGroupReference {
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  readonly targetGroupArnSuffix: pulumi.Input<string>;
}

/** A metric of one target group behind the load balancer. */
export function targetGroupMetric(reference: TargetGroupReference, metricName: string, statistic: string): Metric {
  return {
    namespace,
    metricName,
    dimensions: { LoadBalancer: reference.loadBalancerArnSuffix, TargetGroup: reference.targetGroupArnSuffix },
    statistic,
  };
}

/** Per cent of public traffic that a target group is given, as the rollback's check reads it from the rule each minute. */
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
