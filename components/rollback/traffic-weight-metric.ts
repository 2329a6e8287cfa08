/** Name of the metric that the machine's check publishes: per cent of public traffic that the public rule gives a target group. */
export const trafficWeightMetricName = "TrafficWeight";

/** The dimension that tells the target groups apart; its value is the target group's ARN suffix, as the load balancer's own metrics have it. */
export const trafficWeightDimension = "TargetGroup";

/**
 * The last part of a target group's ARN, `targetgroup/<name>/<id>`, which CloudWatch knows it by.
 *
 * @throws {RangeError} when the text is no target group ARN
 */
export function targetGroupArnSuffix(targetGroupArn: string): string {
  const suffix = targetGroupArn.split(":")[5];
  if (suffix === undefined || !suffix.startsWith("targetgroup/")) {
    throw new RangeError(`"${targetGroupArn}" is no target group ARN: arn:aws:elasticloadbalancing:…:targetgroup/….`);
  }
  return suffix;
}
