import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsOwnAdministratorName = resourceRule({
  name: "rds-own-administrator-name",
  rule: "A database's administrator does not have the default name",
  source: "FSBP RDS.25",
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.username !== "postgres" && props.username !== "admin") return;
    report({ found: shown("username", props.username), fix: "use the masterUserName constant" });
  },
});
