/**
 * What an execution of the rollback's state machine is started with. No input names a colour: the machine reads from the
 * two listener rules in AWS which colour is live.
 *
 * - an alarm's name: that composite alarm went off. The machine acts only where it is the candidate's
 * - a check: roll back if the candidate's alarm is firing or the latch is set while a weight is out
 * - anything else, such as `{}` by hand: roll back now
 */
export type MachineInput = { readonly alarmName: string } | { readonly check: true } | Readonly<Record<string, never>>;

/** The input of a check. The schedule gives it each minute, and a person or the CLI may give it at any time. */
export const checkInput = { check: true } as const satisfies MachineInput;

/** Name of the metric that a check publishes: per cent of public traffic that the public rule gives a target group. */
export const trafficWeightMetricName = "TrafficWeight";

/**
 * The dimension that tells the target groups apart. Its value is the target group's ARN suffix, as in the load balancer's
 * own metrics.
 */
export const trafficWeightDimension = "TargetGroup";

/**
 * The last part of a target group's ARN, `targetgroup/<name>/<id>`, by which CloudWatch names it.
 *
 * @throws {RangeError} when the text is not a target group ARN
 */
export function targetGroupArnSuffix(targetGroupArn: string): string {
  const suffix = targetGroupArn.split(":")[5];
  if (suffix === undefined || !suffix.startsWith("targetgroup/")) {
    throw new RangeError(
      `"${targetGroupArn}" is not a target group ARN: arn:aws:elasticloadbalancing:…:targetgroup/….`,
    );
  }
  return suffix;
}
