import { service } from "../../service.ts";

/** Port that PostgreSQL listens on in every stage. */
export const databasePort = 5432;

/** Port of this machine at which a tunnel to the database ends, where the stack file names none. */
export const usualTunnelPort = 15_432;

/** Seconds until a tunnel's task ends by itself. */
export const tunnelLifetimeSeconds = 3600;

/**
 * Master user of the instance. It creates the database, the roles and the grants. It owns the database, so that nobody
 * else can change who may connect. Nothing that serves requests uses it.
 */
export const masterUserName: string = `${service.databaseRolePrefix}_admin`;

/** Role that migrations connect as. It owns the tables, sequences and functions of the schema. */
export const migratorRole: string = `${service.databaseRolePrefix}_migrator`;

/** Role for people and integrity checks: reads everything, writes nothing. */
export const readOnlyRole: string = `${service.databaseRolePrefix}_readonly`;

/** Roles that exist already: the stack's own, and PostgreSQL's. */
const takenRoles: readonly string[] = [masterUserName, migratorRole, readOnlyRole, "public", "none", "postgres"];

/** Databases that every RDS instance has already. */
const takenDatabases: readonly string[] = ["postgres", "rdsadmin", "template0", "template1"];

/** Whether the API's role cannot have this name: another role has it, or PostgreSQL or RDS keeps its prefix. */
export function isTakenRole(name: string): boolean {
  return takenRoles.includes(name) || /^(pg_|rds)/.test(name);
}

/** Whether every instance has a database of this name already. */
export function isTakenDatabase(name: string): boolean {
  return takenDatabases.includes(name);
}

/**
 * Refuses a name for the application's role that another role has, or that PostgreSQL or RDS keeps for itself.
 *
 * @throws {RangeError} naming the rule
 */
export function refuseTakenRole(applicationRole: string): void {
  if (isTakenRole(applicationRole)) {
    throw new RangeError(
      `DatabaseAccess: applicationRole is ${applicationRole}. That name is taken, or begins with pg_ or rds, which PostgreSQL and RDS keep for themselves. Choose another.`,
    );
  }
}

/**
 * Refuses the name of a database that every instance has already.
 *
 * @throws {RangeError} naming the rule
 */
export function refuseTakenDatabase(databaseName: string): void {
  if (isTakenDatabase(databaseName)) {
    throw new RangeError(
      `DatabaseAccess: databaseName is ${databaseName}, which every instance has already. Choose a name for this service's own database.`,
    );
  }
}
