import { stepsTag, stepsTagOf } from "../../facts/public-rule.ts";
import { listenerRule, loadBalancer } from "../../kinds.ts";
import { stackRule } from "../../stack-rule.ts";

/** Without the tagged rule the other rollout rules would pass by matching nothing. */
export const rolloutOnePublicRule = stackRule({
  name: "rollout-one-public-rule",
  rule: `A stack with a load balancer has exactly one listener rule with the tag ${stepsTag}`,
  source: "design, the one idea",
  kinds: [listenerRule, loadBalancer],
  check({ all }, report) {
    const tagged = all(listenerRule).filter(({ props }) => stepsTagOf(props) !== undefined);
    const [balancer] = all(loadBalancer);
    if (balancer === undefined || tagged.length === 1) return;
    report(balancer, {
      found: `listener rules with the tag are ${tagged.map(({ name }) => name).join(", ") || "missing"}`,
      fix: `tag the rule of the public host, and no other, with ${stepsTag}`,
    });
  },
});
