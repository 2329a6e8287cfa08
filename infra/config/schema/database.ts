import { z } from "zod";
import { instant, patterned, wholeNumber } from "./primitives.ts";

const postgresName = patterned(
  /^[a-z_][a-z0-9_]{0,62}$/,
  "a PostgreSQL name: lower case letters, digits and _, at most 63",
);

const restoreFrom = z.strictObject({
  snapshotIdentifier: z.string().min(1).optional().describe("Restore this snapshot."),
  sourceInstanceIdentifier: z.string().min(1).optional().describe("Restore this instance to a point in time."),
  restoreTime: instant.optional().describe("The point in time; the latest restorable one when absent."),
});

/** `database`: RDS PostgreSQL (guide S1, P1, B2, A5). */
export const database = z
  .strictObject({
    name: postgresName.describe("Name of the database."),
    user: postgresName.describe("Role that the API connects as."),
    engineVersion: patterned(/^\d{2}(\.\d+)?$/, 'a PostgreSQL version in quotes such as "17" or "17.6"').describe(
      "A major version takes minor upgrades in the maintenance window.",
    ),
    instanceClass: patterned(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "an RDS instance class such as db.t4g.medium").describe(
      "Size of the instance. Changing it restarts the database, in Multi-AZ with a failover.",
    ),
    allocatedStorageGib: wholeNumber(20, 65_536).describe("Storage at the start, GiB."),
    maxAllocatedStorageGib: wholeNumber(20, 65_536).describe("Ceiling of storage autoscaling, GiB."),
    multiAz: z.boolean().describe("A standby in another zone."),
    deletionProtection: z
      .boolean()
      .describe("Whether deleting is refused, and a final snapshot is taken when it is not."),
    backupRetentionDays: wholeNumber(1, 35).describe("Days of automatic backups and point-in-time restore (guide B2)."),
    vaultRetentionDays: wholeNumber(1, 3650)
      .optional()
      .describe("Days that the locked AWS Backup vault keeps its copies; no vault when absent."),
    slowQueryMilliseconds: wholeNumber(1, 60_000).describe("Statements slower than this are logged (guide M2)."),
    maxConnections: wholeNumber(20, 5000).describe(
      "max_connections, and the base of the connection alarm (guide M2, A3).",
    ),
    adminEndpoint: z
      .strictObject({
        host: z.string().min(1).describe("Host of the tunnel's near end, usually 127.0.0.1."),
        port: wholeNumber(1, 65_535).describe("Port of the tunnel's near end."),
      })
      .optional()
      .describe(
        "Where an administrator reaches the database through a tunnel. While set, roles and grants are managed too.",
      ),
    restoreFrom: restoreFrom
      .optional()
      .describe("Create the instance from a backup (guide B2). Changing it replaces the instance."),
  })
  .describe("The PostgreSQL database.");
