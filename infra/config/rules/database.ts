import { isTakenDatabase, isTakenRole } from "../../../components/database/names.ts";
import { service } from "../../../service.ts";
import { stageName } from "../../naming.ts";
import type { ConfigRule } from "./readable-config.ts";

/** The database has a name that no RDS instance has already. */
const databaseName: ConfigRule = ({ database }, stage) => {
  const name = database?.name;
  if (name === undefined || !isTakenDatabase(name)) return [];
  const fix = { set: `${service.project.replaceAll("-", "_")}${stage === "staging" ? "_staging" : ""}` };
  return [
    {
      path: ["database", "name"],
      rule: "must be another name: every RDS instance already has a database of this name",
      fix,
    },
  ];
};

/** The API's role has a name that neither the stack nor PostgreSQL nor RDS uses already. */
const roleName: ConfigRule = ({ database }, stage) => {
  const user = database?.user;
  if (user === undefined || !isTakenRole(user)) return [];
  const rule =
    "must be a name that no other role has and that does not begin with pg_ or rds, which PostgreSQL and RDS reserve";
  return [{ path: ["database", "user"], rule, fix: { set: stage === "staging" ? "staging_user" : "prod_user" } }];
};

/**
 * RDS refuses a storage ceiling less than 10 % above the storage at the start (Amazon RDS User Guide, "Managing capacity
 * automatically with Amazon RDS storage autoscaling").
 */
const storageCeiling: ConfigRule = ({ database }) => {
  const { allocatedStorageGib, maxAllocatedStorageGib } = database ?? {};
  if (allocatedStorageGib === undefined || maxAllocatedStorageGib === undefined) return [];
  // In whole numbers: 1.1 has no exact binary form, and 50 GiB would come out as needing 56.
  const least = Math.ceil((allocatedStorageGib * 11) / 10);
  if (maxAllocatedStorageGib >= least) return [];
  const rule = `must be at least ${least}, which is 10 % above allocatedStorageGib: RDS refuses a smaller ceiling`;
  return [{ path: ["database", "maxAllocatedStorageGib"], rule, fix: { set: least } }];
};

/** A restore has one source. A moment in time belongs to an instance and not to a snapshot (guide B2). */
const restoreSource: ConfigRule = ({ database }) => {
  const from = database?.restoreFrom;
  if (from === undefined) return [];
  const { snapshotIdentifier, sourceInstanceIdentifier, restoreTime } = from;
  const path = ["database", "restoreFrom"];
  if (snapshotIdentifier === undefined && sourceInstanceIdentifier === undefined) {
    const rule = "must have snapshotIdentifier or sourceInstanceIdentifier, which say what to restore";
    return [{ path, rule, fix: { remove: true } }];
  }
  if (snapshotIdentifier !== undefined && sourceInstanceIdentifier !== undefined) {
    const rule = "must not be set together with sourceInstanceIdentifier: a restore has one source";
    return [{ path: [...path, "snapshotIdentifier"], rule, fix: { remove: true } }];
  }
  if (restoreTime === undefined || sourceInstanceIdentifier !== undefined) return [];
  const rule = "must not be set with snapshotIdentifier: a snapshot already fixes the time";
  return [{ path: [...path, "restoreTime"], rule, fix: { remove: true } }];
};

/**
 * Production's data comes to staging only masked. Instances are named after their stage, and so are the snapshots that RDS takes
 * of them. The name of a copy in a vault does not tell; it is encrypted with production's own key.
 */
const unmaskedData: ConfigRule = ({ database }, stage) => {
  if (stage !== "staging") return [];
  const { snapshotIdentifier, sourceInstanceIdentifier } = database?.restoreFrom ?? {};
  return Object.entries({ snapshotIdentifier, sourceInstanceIdentifier }).flatMap(([key, identifier]) => {
    if (identifier === undefined || !ofProduction.test(identifier)) return [];
    const rule =
      "must not be a backup of production: its data is people's, and comes to staging only masked. Seed staging instead (guide S3)";
    return [{ path: ["database", "restoreFrom", key], rule, fix: { remove: true } as const }];
  });
};

/** The name or the ARN of production's instance, or of a snapshot of it. */
const ofProduction = new RegExp(`(^|[:/-])${stageName("production")}(-|$)`, "i");

/** Only a vault has a lock, and only one that is not to be destroyed with its copies. */
const vaultLock: ConfigRule = ({ database, storage }) => {
  if (database?.vaultComplianceGraceDays === undefined) return [];
  const path = ["database", "vaultComplianceGraceDays"];
  const fix = { remove: true } as const;
  if (storage?.destroyable === true) {
    const rule = "must not be set while storage.destroyable is true: a stack that may be destroyed locks no vault";
    return [{ path, rule, fix }];
  }
  if (database.vaultRetentionDays !== undefined) return [];
  return [{ path, rule: "must not be set without vaultRetentionDays: there is no vault to lock", fix }];
};

/** Restore tests take copies out of the vault. Production must have one by a rule of its own. */
const restoreTests: ConfigRule = ({ database }, stage) => {
  if (stage === "production" || database?.restoreTesting !== true || database.vaultRetentionDays !== undefined)
    return [];
  const rule = "must not be true without vaultRetentionDays: there is no vault to restore from";
  return [{ path: ["database", "restoreTesting"], rule, fix: { set: false } }];
};

/** What holds for the database's names, its storage, a restore and the lock of its vault. */
export const databaseRules: readonly ConfigRule[] = [
  databaseName,
  roleName,
  storageCeiling,
  restoreSource,
  unmaskedData,
  vaultLock,
  restoreTests,
];
