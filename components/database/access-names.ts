import { isTakenDatabase, isTakenRole } from "./taken-names.ts";

/**
 * Refuses a name for the application's role that PostgreSQL or RDS keeps for itself, or that another role has.
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
      `DatabaseAccess: databaseName is ${databaseName}, which every instance has already. Choose a name for the portal's own database.`,
    );
  }
}
