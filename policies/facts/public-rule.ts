import type { ListenerRuleArgs } from "@pulumi/aws/lb/listenerRule.js";
import type { Unwrap } from "@pulumi/pulumi";

/** Tag that marks the public rule, the one that carries the weights; its value is the schedule, such as `5 25 50 100`. */
export const stepsTag = "RolloutSteps";

type ListenerRuleProps = Unwrap<ListenerRuleArgs>;
type ForwardAction = NonNullable<ListenerRuleProps["actions"][number]["forward"]>;

/** The schedule that a listener rule is tagged with, as written; undefined for every rule but the public one. */
export function stepsTagOf({ tags }: ListenerRuleProps): string | undefined {
  return tags?.[stepsTag];
}

/** The weights of a schedule as written in the tag; undefined unless they rise and end at 100. */
export function parseSteps(tag: string): readonly number[] | undefined {
  const weights = tag.split(" ").map(Number);
  const rise = weights.every((weight, index) => Number.isInteger(weight) && weight > (weights[index - 1] ?? 0));
  return rise && weights.at(-1) === 100 ? weights : undefined;
}

/** The forward action of a listener rule. A forward to one group may be written as that group's ARN alone. */
export function forwardOf({ actions }: ListenerRuleProps): ForwardAction | undefined {
  const action = actions.find(({ type }) => type === "forward");
  if (action?.forward !== undefined) return action.forward;
  return action?.targetGroupArn === undefined ? undefined : { targetGroups: [{ arn: action.targetGroupArn }] };
}
