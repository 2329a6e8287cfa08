import { migratorRole, readOnlyRole } from "./names.ts";

/** How one role logs in, and how long its sessions may hold the database. */
export interface AccessRole {
  /** Part of the logical name. */
  readonly key: string;
  /** Name in PostgreSQL. */
  readonly role: string;
  readonly connectionLimit: number;
  /** A statement that runs longer is cancelled, milliseconds. Absent: no limit. */
  readonly statementTimeoutMilliseconds?: number;
  /** A session that waits longer inside a transaction is ended, milliseconds. */
  readonly idleInTransactionTimeoutMilliseconds: number;
}

/** Connections that the application cannot use, so that migrations, people and RDS always get in. */
const migratorConnections = 5;
const readOnlyConnections = 5;
/** `superuser_reserved_connections` is 3 and `rds.rds_superuser_reserved_connections` 2, which the master user may use. */
const reservedConnections = 5;

/**
 * The three roles that log in. The application has every connection that the others do not need, and both colours share
 * them.
 *
 * Migrations have no statement timeout, because an index may take an hour to build. They set `lock_timeout` themselves.
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

/** Schema that migrations create their objects in. */
export const applicationSchema = "public";

/** What one grantee may do. An empty list takes away what PostgreSQL gives by default. */
export interface Privileges {
  /** Part of the logical names. */
  readonly key: string;
  /** Role in PostgreSQL. `public` means everybody. */
  readonly role: string;
  /** On objects that exist. */
  readonly granted: readonly {
    readonly objectType: "database" | "schema" | "table" | "sequence";
    readonly privileges: readonly string[];
  }[];
  /** On objects that migrations will create. */
  readonly byDefault: readonly {
    readonly objectType: "table" | "sequence" | "function";
    readonly privileges: readonly string[];
  }[];
}

/**
 * Who may do what, in the order in which it is granted. Everybody first loses what PostgreSQL gives to everybody.
 *
 * Migrations get CREATE on the database for extensions that PostgreSQL trusts, such as `citext`, and TEMPORARY because
 * data migrations use temporary tables. The application can neither change the schema nor make temporary tables.
 */
export function privilegesByGrantee(applicationRole: string): Privileges[] {
  return [
    {
      key: "public",
      role: "public",
      granted: [
        { objectType: "database", privileges: [] },
        { objectType: "schema", privileges: [] },
      ],
      byDefault: [{ objectType: "function", privileges: [] }],
    },
    {
      key: "migrator",
      role: migratorRole,
      granted: [
        { objectType: "database", privileges: ["CONNECT", "CREATE", "TEMPORARY"] },
        { objectType: "schema", privileges: ["CREATE", "USAGE"] },
      ],
      byDefault: [],
    },
    {
      key: "application",
      role: applicationRole,
      granted: [
        { objectType: "database", privileges: ["CONNECT"] },
        { objectType: "schema", privileges: ["USAGE"] },
        { objectType: "table", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
        { objectType: "sequence", privileges: ["USAGE", "SELECT"] },
      ],
      byDefault: [
        { objectType: "table", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
        { objectType: "sequence", privileges: ["USAGE", "SELECT"] },
        { objectType: "function", privileges: ["EXECUTE"] },
      ],
    },
    {
      key: "read-only",
      role: readOnlyRole,
      granted: [
        { objectType: "database", privileges: ["CONNECT"] },
        { objectType: "schema", privileges: ["USAGE"] },
        { objectType: "table", privileges: ["SELECT"] },
        { objectType: "sequence", privileges: ["SELECT"] },
      ],
      byDefault: [
        { objectType: "table", privileges: ["SELECT"] },
        { objectType: "sequence", privileges: ["SELECT"] },
      ],
    },
  ];
}
