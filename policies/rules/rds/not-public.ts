import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const rdsNotPublic = resourceRule({
  name: "rds-not-public",
  rule: "A database has no public address",
  source: "FSBP RDS.2",
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.publiclyAccessible !== true) return;
    report({ found: "publiclyAccessible is true", fix: "set publiclyAccessible to false" });
  },
});
