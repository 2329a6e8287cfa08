import type * as pulumi from "@pulumi/pulumi";
import { balancerMetric, type Metric, type TargetGroupDimensions, targetGroupMetric } from "./metrics.ts";

/**
 * Metric math over the ids of {@link colourFailureMetrics}. Each is a number wherever CloudWatch evaluates it: what was not
 * reported counts as 0. All of these metrics come from the load balancer and arrive together, so filling up does not run
 * ahead of a late value.
 */
export interface ColourFailureMath {
  /** Requests for which the load balancer chose a target of the colour. */
  readonly requests: string;
  /** Of those, the ones that a task answered with 5xx. */
  readonly taskFailures: string;
  /** Of those, at most so many were answered by the load balancer itself, with 502 or 504. */
  readonly balancerFailures: string;
  /** Of those, at most so many failed: both together. */
  readonly failures: string;
  /** Of those, the ones that no task answered: what the load balancer answered itself, and WebSocket upgrades. */
  readonly unanswered: string;
  /** What the load balancer answered itself with 502 or 504, for whichever colour. */
  readonly byBalancer: string;
}

const residual = "(FILL(asked, 0) - FILL(ok, 0) - FILL(moved, 0) - FILL(refused, 0) - FILL(failed, 0))";
const byBalancer = "(FILL(gateway, 0) + FILL(timeout, 0))";
const balancerFailures = `IF(${residual} < ${byBalancer}, IF(${residual} > 0, ${residual}, 0), ${byBalancer})`;

/**
 * The failures of a colour, for alarms, the dashboard and `GetMetricData`.
 *
 * When a task refuses the connection, hangs up or does not answer in time, the load balancer answers 502 or 504 itself, and
 * counts that for no target group. But it had chosen a target, so the request is in the group's `RequestCount` and in none
 * of the group's answers. The rest of `RequestCount` also holds WebSocket upgrades, because 101 is counted by no metric.
 * So the smaller of that rest and of all 502 and 504 is the most that can be the colour's.
 *
 * A 503 of the load balancer is not in it: without a target to choose, `RequestCount` does not count the request. The alarm
 * on no healthy task judges that.
 *
 * `IF` and not `MIN`: of two series `MIN` may give one number for the whole time.
 *
 * @see Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer": RequestCount, HTTPCode_ELB_502_Count
 */
export const colourFailureMath: ColourFailureMath = {
  requests: "FILL(asked, 0)",
  taskFailures: "FILL(failed, 0)",
  balancerFailures,
  failures: `(FILL(failed, 0) + ${balancerFailures})`,
  unanswered: `IF(${residual} > 0, ${residual}, 0)`,
  byBalancer,
};

/** The seven metrics that {@link colourFailureMath} names, by id. CloudWatch takes ten in an alarm. */
export function colourFailureMetrics<Text extends pulumi.Input<string>>(
  group: TargetGroupDimensions<Text>,
): Readonly<Record<string, Metric<Text>>> {
  const ofGroup = (metricName: string) => targetGroupMetric(group, metricName, "Sum");
  const ofBalancer = (metricName: string) => balancerMetric(group.loadBalancerArnSuffix, metricName, "Sum");
  return {
    asked: ofGroup("RequestCount"),
    ok: ofGroup("HTTPCode_Target_2XX_Count"),
    moved: ofGroup("HTTPCode_Target_3XX_Count"),
    refused: ofGroup("HTTPCode_Target_4XX_Count"),
    failed: ofGroup("HTTPCode_Target_5XX_Count"),
    gateway: ofBalancer("HTTPCode_ELB_502_Count"),
    timeout: ofBalancer("HTTPCode_ELB_504_Count"),
  };
}
