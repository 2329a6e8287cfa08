/** Rules on the public rule, the one listener rule that splits traffic between the colours. */
import { colours } from "../../rollout/colour.ts";
import { readStepsTag, rolloutStepsTag } from "../../rollout/names.ts";
import { listenerRule, loadBalancer } from "../kinds.ts";
import { colourIn, forwardOf, isPublicRule, receiversOf, targetGroupsOf } from "../rollout-roles.ts";
import { type Rule, resourceRule, shown, stackRule } from "../rule.ts";

/** Guide B1: traffic is back within five minutes. A sticky client stays with its group until its cookie ends. */
const longestStickinessSeconds = 300;

export const publicRuleRules: readonly Rule[] = [
  /**
   * Judged on the inputs: the provider keeps target groups as a set, so outputs have no order of their own. A target
   * group's ARN carries its name, which carries the colour.
   */
  resourceRule({
    name: "rollout-blue-before-green",
    rule: "The public rule must list blue's target group and then green's, whichever is live, so that a promote does not change the rule",
    source: "project rule",
    kinds: [listenerRule],
    check({ props }, report) {
      if (!isPublicRule(props)) return;
      const named = targetGroupsOf(props).map(({ arn }) => colourIn(arn) ?? arn);
      if (named.length === colours.length && colours.every((colour, index) => named[index] === colour)) return;
      report({
        found: `forward.targetGroups lists ${named.join(", ") || "nothing"}`,
        fix: `list the target groups in the order ${colours.join(", ")}`,
      });
    },
  }),

  /** Without the tagged rule the other rollout rules would pass by matching nothing. */
  stackRule({
    name: "rollout-one-public-rule",
    rule: `A stack with a load balancer must have exactly one listener rule with the tag ${rolloutStepsTag}`,
    source: "project rule",
    kinds: [listenerRule, loadBalancer],
    check({ all }, report) {
      const tagged = all(listenerRule).filter(({ props }) => isPublicRule(props));
      const [balancer] = all(loadBalancer);
      if (balancer === undefined || tagged.length === 1) return;
      const names = tagged.map(({ name }) => name).join(", ");
      report(balancer, {
        found:
          tagged.length === 0
            ? `no listener rule has the tag ${rolloutStepsTag}`
            : `the listener rules ${names} have the tag ${rolloutStepsTag}`,
        fix: `put the tag ${rolloutStepsTag} on the public host's listener rule and on no other`,
      });
    },
  }),

  resourceRule({
    name: "rollout-short-group-stickiness",
    rule: `Target group stickiness must last at most ${longestStickinessSeconds} s, because sticky clients stay with their colour after a rollback`,
    source: "deployment guide B1",
    kinds: [listenerRule],
    check({ props }, report) {
      const stickiness = forwardOf(props)?.stickiness;
      if (stickiness === undefined || stickiness.enabled === false) return;
      if (stickiness.duration <= longestStickinessSeconds) return;
      report({
        found: `${shown("forward.stickiness.duration", stickiness.duration)} s`,
        fix: `set forward.stickiness.enabled to false, or its duration to at most ${longestStickinessSeconds}`,
      });
    },
  }),

  resourceRule({
    name: "rollout-split-is-tagged",
    rule: `Only the public rule, which has the tag ${rolloutStepsTag}, may split traffic, so that every split follows the schedule`,
    source: "project rule",
    kinds: [listenerRule],
    check({ props }, report) {
      const count = receiversOf(props).length;
      if (count < 2 || isPublicRule(props)) return;
      report({
        found: `forward.targetGroups gives ${count} target groups a weight, but tags has no ${rolloutStepsTag}`,
        fix: `give one target group all the weight, or add the tag ${rolloutStepsTag} if this is the public rule`,
      });
    },
  }),

  /** The split is {100 - w, w} for a w that is 0 or a step, whichever colour is live. */
  resourceRule({
    name: "rollout-weights-are-a-step",
    rule: "The public rule's two weights must add up to 100, and the candidate's weight must be 0 or a step of the schedule",
    source: "deployment guide R1",
    kinds: [listenerRule],
    check({ props }, report) {
      if (!isPublicRule(props)) return;
      const tag = props.tags?.[rolloutStepsTag] ?? "";
      const steps = readStepsTag(tag);
      if (steps === undefined) {
        report({
          found: `tag ${rolloutStepsTag} is "${tag}"`,
          fix: "set the tag to the weights of rollout.steps in rising order, separated by single spaces, ending with 100",
        });
        return;
      }
      const weights = targetGroupsOf(props).map(({ weight }) => weight);
      const candidates = [0, ...steps];
      const [first, second] = weights;
      const isWhole = weights.length === 2 && first !== undefined && second !== undefined && first + second === 100;
      if (isWhole && candidates.some((weight) => weight === first || weight === second)) return;
      report({
        found: `the weights in forward.targetGroups are ${weights.map((weight) => weight ?? "not set").join(" and ") || "missing"}`,
        fix: `set candidateWeight to one of ${candidates.join(", ")}`,
      });
    },
  }),

  resourceRule({
    name: "rollout-weights-are-not-ignored",
    rule: "Pulumi must not ignore changes to the public rule's actions, because a step would then move no traffic",
    source: "project rule",
    kinds: [listenerRule],
    check({ props, opts }, report) {
      if (!isPublicRule(props)) return;
      const ignored = opts.ignoreChanges.filter((path) => path === "*" || /^actions\b/.test(path)).join(", ");
      if (ignored !== "")
        report({ found: `ignoreChanges contains ${ignored}`, fix: `remove ${ignored} from ignoreChanges` });
    },
  }),
];
