import { grantingPolicies } from "../../facts/granting-policies.ts";
import { resourceRule } from "../../resource-rule.ts";

export const iamNoServiceWildcard = resourceRule({
  name: "iam-no-service-wildcard",
  rule: "No policy allows every action of a service",
  source: "FSBP IAM.21",
  kinds: grantingPolicies.kinds,
  check({ props }, report) {
    for (const { effect, actions } of grantingPolicies.statementsOf(props)) {
      const wildcards = actions.filter((action) => /^[a-z0-9-]+:\*$/i.test(action));
      if (effect !== "Allow" || wildcards.length === 0) continue;
      report({ found: `it allows ${wildcards.join(", ")}`, fix: "name the actions that the role needs" });
    }
  },
});
