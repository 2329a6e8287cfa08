import { loadBalancer } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const lbDeletionProtection = resourceRule({
  name: "lb-deletion-protection",
  rule: "A production load balancer cannot be deleted by one call",
  source: "FSBP ELB.6",
  stages: ["production"],
  kinds: [loadBalancer],
  check({ props }, report) {
    if (props.enableDeletionProtection === true) return;
    report({
      found: shown("enableDeletionProtection", props.enableDeletionProtection),
      fix: "set enableDeletionProtection to true",
    });
  },
});
