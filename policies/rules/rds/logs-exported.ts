import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsLogsExported = resourceRule({
  name: "rds-logs-exported",
  rule: "A PostgreSQL database sends its log to CloudWatch Logs",
  source: "FSBP RDS.36",
  kinds: [databaseInstance],
  check({ props }, report) {
    const logs = props.enabledCloudwatchLogsExports;
    if (logs?.includes("postgresql")) return;
    report({
      found: shown("enabledCloudwatchLogsExports", logs),
      fix: "add postgresql to enabledCloudwatchLogsExports",
    });
  },
});
