import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsSomeBackups = resourceRule({
  name: "rds-some-backups",
  rule: "A database is backed up automatically",
  source: "FSBP RDS.11",
  stages: ["staging"],
  kinds: [databaseInstance],
  check({ props }, report) {
    if ((props.backupRetentionPeriod ?? 0) >= 1) return;
    report({
      found: shown("backupRetentionPeriod", props.backupRetentionPeriod),
      fix: "set database.backupRetentionDays to 1 or more",
    });
  },
});
