import { forwardOf, stepsTagOf } from "../../facts/public-rule.ts";
import { listenerRule, targetGroup } from "../../kinds.ts";
import { stackRule } from "../../stack-rule.ts";

export const rolloutBothColoursExist = stackRule({
  name: "rollout-both-colours-exist",
  rule: "The public rule forwards to two different target groups of this stack, one for each colour",
  source: "guide P3",
  kinds: [listenerRule, targetGroup],
  check({ all }, report) {
    const existing = new Set(all(targetGroup).map(({ props }) => props.arn));
    for (const rule of all(listenerRule)) {
      if (stepsTagOf(rule.props) === undefined) continue;
      const arns = new Set((forwardOf(rule.props)?.targetGroups ?? []).map(({ arn }) => arn));
      const foreign = [...arns].filter((arn) => !existing.has(arn));
      if (foreign.length === 0 && arns.size === 2) continue;
      report(rule, {
        found:
          foreign.length > 0
            ? `${foreign.join(", ")} is not in this stack`
            : `it forwards to ${arns.size} target group`,
        fix: "forward to the stack's blue and green target groups",
      });
    }
  },
});
