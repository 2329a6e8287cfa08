/** Rules on which listener rule takes which host: a second rule for the public host would pass by the weights. */
import type { ListenerRuleArgs } from "@pulumi/aws/lb/listenerRule.js";
import type { Unwrap } from "@pulumi/pulumi";
import { colours } from "../../rollout/colour.ts";
import { readStepsTag, rolloutStepsTag } from "../../rollout/names.ts";
import type { WeightedTarget } from "../../rollout/split.ts";
import { listenerRule, targetGroup } from "../kinds.ts";
import {
  candidateOf,
  candidateRuleOf,
  colourIn,
  hostPatternsOf,
  isPublicRule,
  publicRuleOf,
  targetGroupsOf,
} from "../rollout-roles.ts";
import { type Rule, resourceRule, stackRule } from "../rule.ts";

type Condition = Unwrap<ListenerRuleArgs>["conditions"][number];

export const hostRules: readonly Rule[] = [
  stackRule({
    name: "rollout-candidate-has-own-host",
    rule: "The candidate's own rule must name a target group of each colour that the public rule does not name, and send everybody to one of them, because the rollback reads from it which colour is live and nobody there may count for the rollout",
    source: "deployment guide P3",
    kinds: [listenerRule, targetGroup],
    check(stack, report) {
      const publicRule = publicRuleOf(stack);
      if (publicRule === undefined) return;
      const rule = candidateRuleOf(stack);
      if (rule === undefined) {
        report(publicRule, {
          found: "the stack has no listener rule for the candidate's own host",
          fix: "add the rule that forwards hosts.candidateApi to the candidate's target group for it",
        });
        return;
      }
      const targets = targetGroupsOf(rule.props);
      const shared = targetGroupsOf(publicRule.props).map(({ arn }) => arn);
      const existing = stack.all(targetGroup).map(({ props }) => props.arn);
      const isOwn = ({ arn }: WeightedTarget) => !shared.includes(arn) && existing.includes(arn);
      const named = new Set(targets.map(({ arn }) => colourIn(arn)));
      const weights = targets.map(({ weight }) => weight).sort();
      const isSole = weights.length === 2 && weights[0] === 0 && weights[1] === 100;
      if (targets.every(isOwn) && colours.every((colour) => named.has(colour)) && isSole) return;
      report(rule, {
        found: `it forwards to ${targets.map(({ arn, weight }) => `${arn} with ${weight ?? "no weight"}`).join(", ") || "no target group"}`,
        fix: "name both colours' target groups for the candidate's own host, the candidate's with weight 100 and live's with 0",
      });
    },
  }),

  /** Which colour is live is not in the public rule; the candidate's own rule says it. */
  stackRule({
    name: "rollout-candidate-weight-is-a-step",
    rule: "The weight of the colour that the candidate's own rule sends everybody to must be 0 or a step of the schedule, or the wrong colour is live",
    source: "deployment guide R1",
    kinds: [listenerRule],
    check(stack, report) {
      const rule = publicRuleOf(stack);
      const candidate = candidateOf(stack);
      const steps = readStepsTag(rule?.props.tags?.[rolloutStepsTag] ?? "");
      if (rule === undefined || candidate === undefined || steps === undefined) return;
      const weight = targetGroupsOf(rule.props).find(({ arn }) => colourIn(arn) === candidate)?.weight;
      if (weight === undefined || weight === 0 || steps.includes(weight)) return;
      report(rule, {
        found: `the candidate is ${candidate}, and its weight is ${weight}`,
        fix: `set candidateWeight to one of 0, ${steps.join(", ")}; to make ${candidate} live, flip liveColour and set candidateWeight to 0 in one edit`,
      });
    },
  }),

  /** Whatever the priority: which rule comes first is one edit away. */
  stackRule({
    name: "rollout-one-rule-for-public-host",
    rule: "No rule but the public one may match the public host, because its traffic would go past the weights and past a rollback",
    source: "project rule",
    kinds: [listenerRule],
    check(stack, report) {
      const publicRule = publicRuleOf(stack);
      const [host] = publicRule === undefined ? [] : (hostPatternsOf(publicRule) ?? []);
      if (publicRule === undefined || host === undefined) return;
      for (const rule of stack.all(listenerRule)) {
        if (isPublicRule(rule.props) || rule.props.listenerArn !== publicRule.props.listenerArn) continue;
        if (!mayMatchHost(rule.props.conditions ?? [], host)) continue;
        const patterns = hostPatternsOf(rule);
        report(rule, {
          found: `its conditions ${patterns === undefined ? "name no host" : `match hosts like ${patterns.join(", ") || "a regular expression"}`}, and the public host is ${host}`,
          fix: "give the rule a hostHeader condition that the public host does not match, or remove the rule",
        });
      }
    },
  }),

  resourceRule({
    name: "rollout-public-rule-takes-its-host",
    rule: "The public rule's only condition must be the public host, so that all of its traffic follows the weights",
    source: "project rule",
    kinds: [listenerRule],
    check({ props }, report) {
      if (!isPublicRule(props)) return;
      const conditions = props.conditions ?? [];
      const [host, ...others] = conditions.flatMap(({ hostHeader }) => hostHeader?.values ?? []);
      const isPlain = host !== undefined && others.length === 0 && !/[*?]/.test(host);
      if (conditions.length === 1 && isPlain) return;
      report({
        found: `conditions is ${JSON.stringify(conditions)}`,
        fix: "set conditions to one hostHeader whose only value is hosts.api",
      });
    },
  }),
];

/** Whether a request for a host can satisfy conditions; what they say of paths, headers and addresses can always hold. */
function mayMatchHost(conditions: readonly Condition[], host: string): boolean {
  return conditions.every(({ hostHeader }) => {
    if (hostHeader === undefined) return true;
    return (
      (hostHeader.values ?? []).some((pattern) => wildcard(pattern).test(host)) ||
      (hostHeader.regexValues ?? []).some((pattern) => new RegExp(pattern, "i").test(host))
    );
  });
}

/** A host pattern as Elastic Load Balancing reads it: `*` is any text, `?` any one character, and case does not count. */
function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
}
