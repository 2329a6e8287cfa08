import { masterUserName, migratorRole, readOnlyRole } from "./role-names.ts";

/** Roles that mean something already: the stack's own, and PostgreSQL's. */
const takenRoles: readonly string[] = [masterUserName, migratorRole, readOnlyRole, "public", "none", "postgres"];

/** Databases that every RDS instance has already. */
const takenDatabases: readonly string[] = ["postgres", "rdsadmin", "template0", "template1"];

/** Whether the API's role cannot have this name: another has it, or it begins as PostgreSQL and RDS begin their own. */
export function isTakenRole(name: string): boolean {
  return takenRoles.includes(name) || /^(pg_|rds)/.test(name);
}

/** Whether every instance has a database of this name already. */
export function isTakenDatabase(name: string): boolean {
  return takenDatabases.includes(name);
}
