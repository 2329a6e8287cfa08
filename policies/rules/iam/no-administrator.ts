import { rolePolicyAttachment } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

const broadPolicies = /\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

export const iamNoAdministrator = resourceRule({
  name: "iam-no-administrator",
  rule: "No role of the stack is an administrator",
  source: "FSBP IAM.1",
  kinds: [rolePolicyAttachment],
  check({ props }, report) {
    if (!broadPolicies.test(props.policyArn)) return;
    report({
      found: `policyArn is ${props.policyArn}`,
      fix: "attach a policy with the permissions that the role needs",
    });
  },
});
