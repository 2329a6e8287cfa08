import { forwardOf, stepsTag, stepsTagOf } from "../../facts/public-rule.ts";
import { listenerRule } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const rolloutSplitIsTagged = resourceRule({
  name: "rollout-split-is-tagged",
  rule: "Only the public rule splits traffic, so that every split is held to the schedule",
  source: "design, the one idea",
  kinds: [listenerRule],
  check({ props }, report) {
    const count = forwardOf(props)?.targetGroups.length ?? 0;
    if (count < 2 || stepsTagOf(props) !== undefined) return;
    report({
      found: `it forwards to ${count} target groups without the tag ${stepsTag}`,
      fix: "forward to one target group, or make this the public rule",
    });
  },
});
