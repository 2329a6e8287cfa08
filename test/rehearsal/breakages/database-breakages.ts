import { type Break, change, remove } from "./break-plan.ts";

/** A role that may too much or too little, and the check that must say so. */
interface DatabaseBreakage {
  readonly name: string;
  readonly breaks: Break;
  readonly seenBy: RegExp;
}

const privileges = (type: "Grant" | "DefaultPrivileges", name: RegExp, list: readonly string[]): Break =>
  change(type, name, () => ({ privileges: list }));

const every = ["SELECT", "INSERT", "UPDATE", "DELETE"];

export const databaseBreakages: readonly DatabaseBreakage[] = [
  {
    name: "the application cannot insert",
    breaks: privileges("DefaultPrivileges", /-default-application-table$/, ["SELECT", "UPDATE", "DELETE"]),
    seenBy: /user can read and write: permission denied for table couples/,
  },
  {
    name: "the application cannot delete",
    breaks: privileges("DefaultPrivileges", /-default-application-table$/, ["SELECT", "INSERT", "UPDATE"]),
    seenBy: /user can read and write: permission denied for table couples/,
  },
  {
    name: "the application may empty tables",
    breaks: privileges("DefaultPrivileges", /-default-application-table$/, [...every, "TRUNCATE"]),
    seenBy: /user cannot empty a table at once: allowed/,
  },
  {
    name: "the application may use no sequence",
    breaks: privileges("DefaultPrivileges", /-default-application-sequence$/, []),
    seenBy: /user can use what migrations make: permission denied for sequence/,
  },
  {
    name: "the application may run no function",
    breaks: privileges("DefaultPrivileges", /-default-application-function$/, []),
    seenBy: /user can use what migrations make: permission denied for function/,
  },
  {
    name: "the application may create tables",
    breaks: privileges("Grant", /-grant-application-schema$/, ["USAGE", "CREATE"]),
    seenBy: /user cannot create a table: allowed/,
  },
  {
    name: "the application may create schemas",
    breaks: privileges("Grant", /-grant-application-database$/, ["CONNECT", "CREATE"]),
    seenBy: /user cannot create a schema: allowed/,
  },
  {
    name: "the application may make temporary tables",
    breaks: privileges("Grant", /-grant-application-database$/, ["CONNECT", "TEMPORARY"]),
    seenBy: /user cannot create a temporary table: allowed/,
  },
  {
    name: "the application cannot connect",
    breaks: privileges("Grant", /-grant-application-database$/, []),
    seenBy: /user can read and write: permission denied for database/,
  },
  {
    name: "the application is a member of the migrator",
    breaks: change("Role", /-application$/, () => ({ roles: ["rds_iam", "celebrant_migrator"] })),
    seenBy: /no right in the whole server.*user is a member of celebrant_migrator/,
  },
  {
    name: "the application may create roles",
    breaks: change("Role", /-application$/, () => ({ createRole: true })),
    seenBy: /no right in the whole server.*user creates roles/,
  },
  {
    name: "the application cannot log in by IAM",
    breaks: change("Role", /-application$/, () => ({ roles: [] })),
    seenBy: /no right in the whole server.*user is no member of rds_iam/,
  },
  {
    name: "the read-only role may write",
    breaks: privileges("DefaultPrivileges", /-default-read-only-table$/, every),
    seenBy: /readonly cannot write: allowed/,
  },
  {
    name: "the read-only role may read no table",
    breaks: privileges("DefaultPrivileges", /-default-read-only-table$/, []),
    seenBy: /readonly can read: permission denied for table couples/,
  },
  {
    name: "the read-only role may move sequences on",
    breaks: privileges("DefaultPrivileges", /-default-read-only-sequence$/, ["SELECT", "USAGE"]),
    seenBy: /readonly cannot move a sequence on: allowed/,
  },
  {
    name: "everybody may run functions",
    breaks: remove("DefaultPrivileges", /-default-public-function$/),
    seenBy: /readonly cannot run a function: allowed/,
  },
  {
    name: "everybody may connect",
    breaks: remove("Grant", /-grant-public-database$/),
    seenBy: /a role without grants cannot connect: allowed/,
  },
  {
    name: "everybody may use the schema",
    breaks: remove("Grant", /-grant-public-schema$/),
    seenBy: /PUBLIC has no rights.*USAGE on schema public/,
  },
  {
    name: "migrations may make no temporary table",
    breaks: privileges("Grant", /-grant-migrator-database$/, ["CONNECT", "CREATE"]),
    seenBy: /migrator can use temporary tables and trusted extensions: permission denied/,
  },
  {
    name: "migrations may create no extension",
    breaks: privileges("Grant", /-grant-migrator-database$/, ["CONNECT", "TEMPORARY"]),
    seenBy: /migrator can use temporary tables and trusted extensions: permission denied to create extension/,
  },
  {
    name: "migrations may create nothing",
    breaks: privileges("Grant", /-grant-migrator-schema$/, ["USAGE"]),
    seenBy: /^the rehearsal stops: permission denied for schema public/,
  },
];
