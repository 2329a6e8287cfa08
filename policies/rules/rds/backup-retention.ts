import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

/** Two weeks: the length of the guide's whole plan, so that its first day can still be restored on its last. */
const leastRetentionDays = 14;

export const rdsBackupRetention = resourceRule({
  name: "rds-backup-retention",
  rule: `A production database keeps its backups for at least ${leastRetentionDays} days`,
  source: "FSBP RDS.11, guide B2",
  stages: ["production"],
  kinds: [databaseInstance],
  check({ props }, report) {
    if ((props.backupRetentionPeriod ?? 0) >= leastRetentionDays) return;
    report({
      found: shown("backupRetentionPeriod", props.backupRetentionPeriod),
      fix: `set database.backupRetentionDays to ${leastRetentionDays} or more in Pulumi.production.yaml`,
    });
  },
});
