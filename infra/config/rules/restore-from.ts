import type { ConfigRule } from "./config-rule.ts";

/** A restore names one source; a moment in time belongs to an instance, not to a snapshot (guide B2). */
export const restoreFrom: ConfigRule = ({ database }) => {
  const from = database?.restoreFrom;
  if (from === undefined) return [];
  const { snapshotIdentifier, sourceInstanceIdentifier, restoreTime } = from;
  const path = ["database", "restoreFrom"];
  if (snapshotIdentifier === undefined && sourceInstanceIdentifier === undefined) {
    const rule = "either snapshotIdentifier or sourceInstanceIdentifier: what to restore";
    return [{ path, rule, fix: { remove: true } }];
  }
  if (snapshotIdentifier !== undefined && sourceInstanceIdentifier !== undefined) {
    const rule = "either snapshotIdentifier or sourceInstanceIdentifier, not both";
    return [{ path: [...path, "snapshotIdentifier"], rule, fix: { remove: true } }];
  }
  if (restoreTime === undefined || sourceInstanceIdentifier !== undefined) return [];
  const rule = "only with sourceInstanceIdentifier: a snapshot is of one moment already";
  return [{ path: [...path, "restoreTime"], rule, fix: { remove: true } }];
};
