/** Who is who in a rollout, read from a stack: the two listener rules, the colours of what stands behind them. */
import type { ListenerRuleArgs } from "@pulumi/aws/lb/listenerRule.js";
import type { Unwrap } from "@pulumi/pulumi";
import { type Colour, colours } from "../rollout/colour.ts";
import { isRuleName, rolloutStepsTag } from "../rollout/names.ts";
import { forwardTargets, type WeightedTarget } from "../rollout/split.ts";
import { listenerRule } from "./kinds.ts";
import { known } from "./links.ts";
import type { Member, Stack } from "./rule.ts";

type ListenerRuleProps = Unwrap<ListenerRuleArgs>;
type ForwardAction = NonNullable<ListenerRuleProps["actions"][number]["forward"]>;
type ListenerRule = Member<ListenerRuleProps>;

/** Whether a listener rule is the one that carries the weights. */
export function isPublicRule({ tags }: Pick<ListenerRuleProps, "tags">): boolean {
  return tags?.[rolloutStepsTag] !== undefined;
}

/** The settings of a listener rule's forward; undefined where it names one target group alone. */
export function forwardOf({ actions }: Pick<ListenerRuleProps, "actions">): ForwardAction | undefined {
  return actions.find(({ type }) => type === "forward")?.forward;
}

/** The target groups that a listener rule forwards to, with their weights. */
export function targetGroupsOf({ actions }: Pick<ListenerRuleProps, "actions">): readonly WeightedTarget[] {
  return forwardTargets(actions);
}

/** The rule that carries the weights; undefined where the stack has none. */
export function publicRuleOf({ all }: Stack): ListenerRule | undefined {
  return all(listenerRule).find(({ props }) => isPublicRule(props));
}

/** The rule of the candidate's own host, by its logical name; undefined where the stack has none. */
export function candidateRuleOf({ all }: Stack): ListenerRule | undefined {
  return all(listenerRule).find(({ name }) => isRuleName(name, "candidate"));
}

/** The target groups that get a part of a listener rule's traffic. */
export function receiversOf(props: Pick<ListenerRuleProps, "actions">): readonly WeightedTarget[] {
  const targets = targetGroupsOf(props);
  return targets.length === 1 ? targets : targets.filter(({ weight }) => weight !== 0);
}

/** Which colour is the candidate: the one that the candidate's rule sends everybody to. */
export function candidateOf(stack: Stack): Colour | undefined {
  const rule = candidateRuleOf(stack);
  const [target, ...others] = rule === undefined ? [] : receiversOf(rule.props);
  return others.length > 0 ? undefined : colourIn(target?.arn);
}

/** The colour that a name or an ARN holds as a word of its own: `portal-production-blue-1a2b3c4` is blue. */
export function colourIn(name: string | undefined): Colour | undefined {
  return colours.find((colour) => new RegExp(`(?<![a-z0-9])${colour}(?![a-z0-9])`).test(name ?? ""));
}

/** The ARN of a colour's target group for the public host, as the public rule names it. */
export function groupArnOf(stack: Stack, colour: Colour): string | undefined {
  return groupArnIn(publicRuleOf(stack), colour);
}

/** The ARN of a colour's target group for the candidate's own host, as the rule of that host names it. */
export function ownHostGroupArnOf(stack: Stack, colour: Colour): string | undefined {
  return groupArnIn(candidateRuleOf(stack), colour);
}

function groupArnIn(rule: ListenerRule | undefined, colour: Colour): string | undefined {
  return rule === undefined ? undefined : targetGroupsOf(rule.props).find(({ arn }) => colourIn(arn) === colour)?.arn;
}

/** The hosts that a listener rule's conditions name, as patterns; undefined where it takes every host. */
export function hostPatternsOf(rule: ListenerRule): readonly string[] | undefined {
  const named = (known(() => rule.props.conditions) ?? []).filter(({ hostHeader }) => hostHeader !== undefined);
  return named.length === 0 ? undefined : named.flatMap(({ hostHeader }) => hostHeader?.values ?? []);
}
