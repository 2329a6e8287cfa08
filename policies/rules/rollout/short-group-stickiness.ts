import { forwardOf } from "../../facts/public-rule.ts";
import { listenerRule } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

/** Guide B1: traffic is back within five minutes. A sticky client stays with its group until its cookie ends. */
const longestStickinessSeconds = 300;

export const rolloutShortGroupStickiness = resourceRule({
  name: "rollout-short-group-stickiness",
  rule: `Group stickiness lasts at most ${longestStickinessSeconds} s, because sticky clients outlast a rollback`,
  source: "guide B1",
  kinds: [listenerRule],
  check({ props }, report) {
    const stickiness = forwardOf(props)?.stickiness;
    if (stickiness === undefined || stickiness.enabled === false) return;
    if (stickiness.duration <= longestStickinessSeconds) return;
    report({
      found: `its group stickiness lasts ${stickiness.duration} s`,
      fix: `remove the stickiness, or set duration to at most ${longestStickinessSeconds}`,
    });
  },
});
