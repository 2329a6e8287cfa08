import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsDeletionProtection = resourceRule({
  name: "rds-deletion-protection",
  rule: "A production database cannot be deleted by one call",
  source: "FSBP RDS.8",
  stages: ["production"],
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.deletionProtection === true) return;
    report({
      found: shown("deletionProtection", props.deletionProtection),
      fix: "set database.deletionProtection to true in Pulumi.production.yaml",
    });
  },
});
