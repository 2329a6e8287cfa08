import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsManagedPassword = resourceRule({
  name: "rds-managed-password",
  rule: "AWS makes and rotates the master password, so that none is in code or state",
  source: "AWS RDS: Password management with AWS Secrets Manager",
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.manageMasterUserPassword !== true) {
      report({
        found: shown("manageMasterUserPassword", props.manageMasterUserPassword),
        fix: "set manageMasterUserPassword to true",
      });
    }
    for (const property of ["password", "passwordWo"] as const) {
      if (props[property] !== undefined) report({ found: `${property} is set`, fix: `remove ${property}` });
    }
  },
});
