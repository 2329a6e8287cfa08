import { randomBytes } from "node:crypto";
import { checkIntegrity, type IntegrityState } from "../../../cli/integrity/check-integrity.ts";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import type { Check } from "../../report/report-schema.ts";
import { migrationsUpTo, type SampleRelease } from "../sample-api/releases.ts";
import { checkDatabase } from "./checks.ts";
import { applyDatabasePlan, planDatabase, plannedInitialDatabase, plannedLogins } from "./database-plan.ts";
import { type PostgresServer, superuserName } from "./postgres-server.ts";
import { type DatabaseLogin, quoteName, quoteText, withConnection } from "./sql.ts";

/** The planned names of the database and its roles. */
export interface DatabaseNames {
  readonly database: string;
  readonly master: string;
  readonly application: string;
  readonly migrator: string;
  readonly readOnly: string;
}

/** The planned database, created on a real server. */
export interface LocalDatabase {
  /** How many planned resources were created. */
  readonly resources: number;
  /** How many statements created them. */
  readonly statements: number;
  readonly application: DatabaseLogin;
  /** Runs the migrations up to a release as the migrator role. Safe to run again. */
  migrate(release: SampleRelease): Promise<void>;
  /** Tries what each role may do and must not be able to do. Call it after the first migration. */
  check(): Promise<readonly Check[]>;
  /** Checks the data as `integrity` does, as the read-only role. */
  checkData(): Promise<IntegrityState>;
  /** The part of the server's connections that are in use, from 0 to 1. It is read by a connection that is kept free for it. */
  connectionsInUse(): Promise<number>;
  /** The ids of all couples, read as the read-only role. */
  storedIds(): Promise<readonly string[]>;
}

/** A role that nothing is granted to. */
const strangerName = "rehearsal_stranger";

/**
 * Creates the planned database, roles and grants on a server.
 *
 * The roles log in with a password made for this run, because IAM authentication exists only on RDS. The role `rds_iam`
 * exists so that it can be granted, and has no effect.
 *
 * @throws {Error} naming the planned resource that PostgreSQL refused or that the rehearsal does not model
 */
export async function createLocalDatabase(
  server: PostgresServer,
  resources: readonly PlannedResource[],
  names: DatabaseNames,
): Promise<LocalDatabase> {
  const password = randomBytes(18).toString("base64url");
  const login = (user: string, database: string): DatabaseLogin => {
    return { host: "127.0.0.1", port: server.port, database, user, password };
  };
  const superuser = { ...login(superuserName, "postgres"), password: server.superuserPassword };
  await makeLikeRds(superuser, { name: names.master, password }, plannedInitialDatabase(resources));
  const plan = planDatabase(resources);
  await applyDatabasePlan(login(names.master, "postgres"), plan);
  await withConnection(superuser, async (client) => {
    await client.query(`create role ${quoteName(strangerName)} login`);
    for (const name of [...plannedLogins(resources), strangerName]) {
      await client.query(`alter role ${quoteName(name)} password ${quoteText(password)}`);
    }
  });

  const inDatabase = (user: string) => login(user, names.database);
  const application = inDatabase(names.application);
  const migrator = inDatabase(names.migrator);
  const readOnly = inDatabase(names.readOnly);
  const stranger = inDatabase(strangerName);
  return {
    resources: plan.length,
    statements: plan.reduce((sum, { sql }) => sum + sql.length, 0),
    application,
    async migrate(release) {
      await withConnection(migrator, async (client) => {
        for (const statement of migrationsUpTo(release)) await client.query(statement);
      });
    },
    checkData: () =>
      withConnection(readOnly, async (client) => {
        const ask = async (question: string) => (await client.query(question)).rows;
        return await checkIntegrity(ask, { references: [], checksums: [], columnsBefore: {} });
      }),
    check: () => checkDatabase({ application, migrator, readOnly, stranger }),
    async connectionsInUse() {
      const found = await withConnection(superuser, (client) =>
        client.query<{ share: number }>(
          "select count(*)::float / current_setting('max_connections')::int as share from pg_stat_activity where datname is not null",
        ),
      );
      return found.rows[0]?.share ?? 0;
    },
    async storedIds() {
      const found = await withConnection(readOnly, (client) => client.query<{ id: string }>("select id from couples"));
      return found.rows.map((row) => row.id);
    },
  };
}

/**
 * Gives a plain server what RDS has: the group roles `rds_superuser` and `rds_iam`, a master user that is not a superuser,
 * and the database that RDS creates with the instance. So the master user has the same rights here as on RDS (RDS User
 * Guide: "Understanding the rds_superuser role", "Creating a database account using IAM authentication").
 */
async function makeLikeRds(
  superuser: DatabaseLogin,
  master: { readonly name: string; readonly password: string },
  initialDatabase: string | undefined,
): Promise<void> {
  await withConnection(superuser, async (client) => {
    const name = quoteName(master.name);
    await client.query("create role rds_superuser nologin");
    await client.query("create role rds_iam nologin");
    await client.query(
      `create role ${name} with login nosuperuser inherit createdb createrole noreplication password ${quoteText(master.password)}`,
    );
    await client.query(`grant rds_superuser to ${name}`);
    await client.query(`grant rds_iam to rds_superuser with admin option`);
    await client.query(`grant pg_monitor, pg_signal_backend to rds_superuser with admin option`);
    if (initialDatabase !== undefined) {
      await client.query(`create database ${quoteName(initialDatabase)} owner ${name}`);
    }
  });
}
