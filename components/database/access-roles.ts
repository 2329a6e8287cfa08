import { migratorRole, readOnlyRole } from "./role-names.ts";

/** How one role logs in and how long it may hold the database. */
export interface AccessRole {
  /** Part of the logical name. */
  readonly key: string;
  /** Name in PostgreSQL. */
  readonly role: string;
  readonly connectionLimit: number;
  /** A statement that runs longer is cancelled, milliseconds. Absent: none is. */
  readonly statementTimeoutMilliseconds?: number;
  /** A session that waits longer inside a transaction is ended, milliseconds. */
  readonly idleInTransactionTimeoutMilliseconds: number;
}

/** Connections kept free of the application, so that migrations, people and RDS always get in. */
const migratorConnections = 5;
const readOnlyConnections = 5;
/** `superuser_reserved_connections` is 3 and `rds.rds_superuser_reserved_connections` 2, which the master user may use. */
const reservedConnections = 5;

/**
 * The three roles that log in. The application has every connection that the others do not need: both colours share it.
 *
 * Migrations have no statement timeout, since an index may take an hour to build; they set `lock_timeout` themselves.
 *
 * @throws {RangeError} when `maxConnections` leaves the application none
 */
export function accessRoles(applicationRole: string, maxConnections: number): AccessRole[] {
  const kept = migratorConnections + readOnlyConnections + reservedConnections;
  if (maxConnections <= kept) {
    throw new RangeError(
      `DatabaseAccess: maxConnections is ${maxConnections}, but ${kept} are kept for migrations, people and RDS. Set at least ${kept + 1}.`,
    );
  }
  return [
    {
      key: "migrator",
      role: migratorRole,
      connectionLimit: migratorConnections,
      idleInTransactionTimeoutMilliseconds: 600_000,
    },
    {
      key: "application",
      role: applicationRole,
      connectionLimit: maxConnections - kept,
      statementTimeoutMilliseconds: 30_000,
      idleInTransactionTimeoutMilliseconds: 60_000,
    },
    {
      key: "read-only",
      role: readOnlyRole,
      connectionLimit: readOnlyConnections,
      statementTimeoutMilliseconds: 300_000,
      idleInTransactionTimeoutMilliseconds: 300_000,
    },
  ];
}
