import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rdsStorageEncrypted = resourceRule({
  name: "rds-storage-encrypted",
  rule: "A database is encrypted at rest",
  source: "FSBP RDS.3",
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.storageEncrypted === true) return;
    report({ found: shown("storageEncrypted", props.storageEncrypted), fix: "set storageEncrypted to true" });
  },
});
