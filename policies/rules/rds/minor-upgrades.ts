import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsMinorUpgrades = resourceRule({
  name: "rds-minor-upgrades",
  rule: "A database takes minor upgrades in its maintenance window",
  source: "FSBP RDS.13",
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.autoMinorVersionUpgrade === true) return;
    report({
      found: shown("autoMinorVersionUpgrade", props.autoMinorVersionUpgrade),
      fix: "set autoMinorVersionUpgrade to true",
    });
  },
});
