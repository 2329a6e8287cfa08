import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsMultiAz = resourceRule({
  name: "rds-multi-az",
  rule: "A production database has a standby in another zone",
  source: "FSBP RDS.5",
  stages: ["production"],
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.multiAz === true) return;
    report({ found: shown("multiAz", props.multiAz), fix: "set database.multiAz to true in Pulumi.production.yaml" });
  },
});
