import { isForEveryone, statementsOf } from "../../facts/policy-document.ts";
import { key } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const kmsNotForEveryone = resourceRule({
  name: "kms-not-for-everyone",
  rule: "A key's policy lets no stranger use it",
  source: "FSBP KMS.5",
  kinds: [key],
  check({ props }, report) {
    if (!statementsOf(props.policy).some(isForEveryone)) return;
    report({
      found: "its policy allows everyone without a condition",
      fix: "name the principals, or add a condition",
    });
  },
});
