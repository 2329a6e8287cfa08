import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsIamAuthentication = resourceRule({
  name: "rds-iam-authentication",
  rule: "A database accepts IAM authentication, so that no role needs a password",
  source: "FSBP RDS.10",
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.iamDatabaseAuthenticationEnabled === true) return;
    report({
      found: shown("iamDatabaseAuthenticationEnabled", props.iamDatabaseAuthenticationEnabled),
      fix: "set iamDatabaseAuthenticationEnabled to true",
    });
  },
});
