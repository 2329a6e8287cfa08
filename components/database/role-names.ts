/** Port that PostgreSQL listens on in every stage. */
export const databasePort = 5432;

/**
 * Master user of the instance. It creates the database, the roles and the grants, and owns the database so that only it
 * can change who may connect. Nothing that serves requests uses it.
 */
export const masterUserName = "celebrant_admin";

/** Role that migrations connect as. It owns the tables, sequences and functions of the schema. */
export const migratorRole = "celebrant_migrator";

/** Role for people and integrity checks: reads everything, writes nothing. */
export const readOnlyRole = "celebrant_readonly";
