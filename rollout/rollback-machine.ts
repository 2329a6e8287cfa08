import type { Step } from "./schedule.ts";
import { formatDuration } from "./time.ts";

/**
 * What an execution of the rollback's state machine is started with. No input names a colour: the machine reads from the
 * two listener rules in AWS which colour is live.
 *
 * - an alarm's name: that alarm went off. The machine acts only where it is the candidate's composite alarm, or the alarm on
 *   the limit of the step that stands
 * - a check: roll back if one of these alarms is firing or the latch is set while a weight is out
 * - anything else, such as `{}` by hand: roll back now
 */
export type MachineInput = { readonly alarmName: string } | { readonly check: true } | Readonly<Record<string, never>>;

/** The input of a check. The schedule gives it each minute, and a person or the CLI may give it at any time. */
export const checkInput = { check: true } as const satisfies MachineInput;

/** Name of the metric that a check publishes: per cent of public traffic that the public rule gives a target group. */
export const trafficWeightMetricName = "TrafficWeight";

/**
 * Name of the metric, without dimensions, that a check publishes: per cent of public traffic that the public rule gives the
 * candidate. The weights by target group do not tell it: 100 is live's at weight 0 and the candidate's before the promote.
 */
export const candidateWeightMetricName = "CandidateWeight";

/** A step that may not stay for ever. */
export type LimitedStep = Step & { readonly limitSeconds: number };

/** The steps that have a limit. */
export function limitedSteps(steps: readonly Step[]): readonly LimitedStep[] {
  return steps.filter((step): step is LimitedStep => step.limitSeconds !== undefined);
}

/** Why a latch is set where a step has reached its limit. */
export function limitReason({ weightPercent, limitSeconds }: LimitedStep): string {
  return `the ${weightPercent} % step reached its limit of ${formatDuration(limitSeconds)}`;
}

/** Whether a reason is one of {@link limitReason}. */
export function isLimitReason(reason: string): boolean {
  return /^the \d+ % step reached its limit of \d/.test(reason);
}

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
