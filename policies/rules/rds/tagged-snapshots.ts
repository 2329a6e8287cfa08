import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsTaggedSnapshots = resourceRule({
  name: "rds-tagged-snapshots",
  rule: "A database's snapshots carry its tags",
  source: "FSBP RDS.17",
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.copyTagsToSnapshot === true) return;
    report({ found: shown("copyTagsToSnapshot", props.copyTagsToSnapshot), fix: "set copyTagsToSnapshot to true" });
  },
});
