import { databaseInstance } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const rdsFinalSnapshot = resourceRule({
  name: "rds-final-snapshot",
  rule: "A production database leaves a snapshot when it is deleted",
  source: "guide C4",
  stages: ["production"],
  kinds: [databaseInstance],
  check({ props }, report) {
    if (props.skipFinalSnapshot === true) {
      report({ found: "skipFinalSnapshot is true", fix: "set skipFinalSnapshot to false" });
    } else if (props.finalSnapshotIdentifier === undefined) {
      report({
        found: "finalSnapshotIdentifier is not set",
        fix: "set finalSnapshotIdentifier to a name no snapshot has",
      });
    }
  },
});
