import { forwardOf } from "../../facts/public-rule.ts";
import { listenerRule, targetGroup } from "../../kinds.ts";
import { stackRule } from "../../stack-rule.ts";

/** Application Load Balancer guide, "Sticky sessions": target stickiness in a split needs group stickiness too. */
export const rolloutNoTargetStickiness = stackRule({
  name: "rollout-no-target-stickiness",
  rule: "A target group that shares traffic is not sticky unless the rule's action has group stickiness",
  source: "AWS Application Load Balancers: Sticky sessions",
  kinds: [listenerRule, targetGroup],
  check({ all }, report) {
    const sharing = all(listenerRule).flatMap((rule) => {
      const forward = forwardOf(rule.props);
      const isSplit = (forward?.targetGroups.length ?? 0) > 1;
      return isSplit && forward?.stickiness?.enabled !== true ? (forward?.targetGroups ?? []) : [];
    });
    for (const group of all(targetGroup)) {
      if (group.props.stickiness === undefined || group.props.stickiness.enabled === false) continue;
      if (!sharing.some(({ arn }) => arn === group.props.arn)) continue;
      report(group, { found: "stickiness is enabled", fix: "remove stickiness, or set enabled to false in it" });
    }
  },
});
