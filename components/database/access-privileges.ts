import { migratorRole, readOnlyRole } from "./role-names.ts";

/** Schema that migrations create their objects in. */
export const applicationSchema = "public";

/** What one grantee may do. An empty list takes away what PostgreSQL gives by default. */
export interface Privileges {
  /** Part of the logical names. */
  readonly key: string;
  /** Role in PostgreSQL; `public` means everybody. */
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
 * Who may do what, in the order in which it is granted: everybody loses first what PostgreSQL gives to everybody.
 *
 * Migrations get CREATE on the database for extensions that PostgreSQL trusts, such as `citext`; TEMPORARY since data
 * migrations use temporary tables. The application can neither change the schema nor make temporary tables.
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
