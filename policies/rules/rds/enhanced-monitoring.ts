import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsEnhancedMonitoring = resourceRule({
  name: "rds-enhanced-monitoring",
  rule: "A database reports its operating system's metrics",
  source: "FSBP RDS.6",
  kinds: [databaseInstance],
  check({ props }, report) {
    if ((props.monitoringInterval ?? 0) > 0) return;
    report({
      found: shown("monitoringInterval", props.monitoringInterval),
      fix: "set monitoringInterval to 60 and monitoringRoleArn",
    });
  },
});
