import { stepsTagOf } from "../../facts/public-rule.ts";
import { listenerRule } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const rolloutWeightsAreNotIgnored = resourceRule({
  name: "rollout-weights-are-not-ignored",
  rule: "Pulumi manages the public rule's weights: ignoring changes of actions turns each step into no change at all",
  source: "design, pitfalls",
  kinds: [listenerRule],
  check({ props, opts }, report) {
    if (stepsTagOf(props) === undefined) return;
    const ignored = opts.ignoreChanges.filter((path) => path === "*" || /^actions\b/.test(path));
    if (ignored.length > 0) {
      report({ found: `ignoreChanges holds ${ignored.join(", ")}`, fix: "remove it from the rule's ignoreChanges" });
    }
  },
});
