import { grantingPolicies } from "../../facts/granting-policies.ts";
import { resourceRule } from "../../resource-rule.ts";

export const iamNoFullAccess = resourceRule({
  name: "iam-no-full-access",
  rule: "No policy allows every action on every resource",
  source: "FSBP IAM.1",
  kinds: grantingPolicies.kinds,
  check({ props }, report) {
    for (const { effect, actions, resources } of grantingPolicies.statementsOf(props)) {
      if (effect !== "Allow" || !actions.includes("*") || !resources.includes("*")) continue;
      report({ found: "it allows * on *", fix: "name the actions and the resources that the role needs" });
    }
  },
});
