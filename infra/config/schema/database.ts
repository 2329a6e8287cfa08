import { block, instant, patterned, text, trueOrFalse, wholeNumber } from "./primitives.ts";

const postgresName = patterned(
  /^[a-z_][a-z0-9_]{0,62}$/,
  "a PostgreSQL name: at most 63 lower case letters, digits and _",
);

const restoreFrom = block({
  snapshotIdentifier: text.optional().describe("Restore this snapshot."),
  sourceInstanceIdentifier: text.optional().describe("Restore this instance to a point in time."),
  restoreTime: instant
    .optional()
    .describe("The point in time to restore to. Without one, the latest that can be restored."),
});

/** `database`: RDS PostgreSQL (guide S1, P1, B2, A5). */
export const database = block({
  name: postgresName.describe("Name of the database."),
  user: postgresName.describe("Role that the API connects as."),
  engineVersion: patterned(/^\d{2}(\.\d+)?$/, 'a PostgreSQL version in quotes such as "17" or "17.6"').describe(
    "A major version alone takes minor upgrades in the maintenance window.",
  ),
  instanceClass: patterned(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "an RDS instance class such as db.t4g.medium").describe(
    "Size of the instance. Changing it restarts the database; with Multi-AZ it fails over.",
  ),
  allocatedStorageGib: wholeNumber(20, 65_536).describe("Storage at the start, GiB."),
  maxAllocatedStorageGib: wholeNumber(20, 65_536).describe("Ceiling of storage autoscaling, GiB."),
  multiAz: trueOrFalse.describe("Whether a standby runs in another zone."),
  deletionProtection: trueOrFalse.describe(
    "Whether AWS refuses to delete the database. When it does not, a final snapshot is taken.",
  ),
  backupRetentionDays: wholeNumber(1, 35).describe("Days of automatic backups and point-in-time restore (guide B2)."),
  vaultRetentionDays: wholeNumber(1, 3650)
    .optional()
    .describe("Days that the locked AWS Backup vault keeps its copies. Without it, there is no vault."),
  vaultComplianceGraceDays: wholeNumber(3, 365)
    .optional()
    .describe(
      "Locks the vault in compliance mode, this many days after the update. From then on nobody can remove the lock, shorten it or delete a copy early: not the root user, and not AWS. Without it, the lock is in governance mode: whoever IAM allows can remove it.",
    ),
  restoreTesting: trueOrFalse
    .optional()
    .describe(
      "Whether AWS Backup restores the latest copy of the vault each month into an instance that it deletes again (guide B2). It costs that instance for some hours, and needs vaultRetentionDays. Without it, nothing is restored.",
    ),
  slowQueryMilliseconds: wholeNumber(1, 60_000).describe("Statements slower than this are logged (guide M2)."),
  maxConnections: wholeNumber(20, 5000).describe(
    "max_connections of PostgreSQL. The connection alarm is a share of it (guide M2, A3).",
  ),
  tunnelPort: wholeNumber(1024, 65_535)
    .optional()
    .describe(
      "Port of an administrator's machine at which the tunnel to the database ends. While it is set, roles and grants are managed too: npm run rollout -- database-roles.",
    ),
  restoreFrom: restoreFrom
    .optional()
    .describe("Create the instance from a backup (guide B2). Changing it replaces the instance."),
}).describe("The PostgreSQL database.");
