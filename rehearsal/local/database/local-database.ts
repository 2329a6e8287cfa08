import { randomBytes } from "node:crypto";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import type { DatabaseLogin } from "../sample-api/api-settings.ts";
import { migrationsUpTo, type SampleRelease } from "../sample-api/releases.ts";
import { applyDatabasePlan } from "./apply-plan.ts";
import { checkDatabase, type DatabaseCheck } from "./checks.ts";
import { withConnection } from "./connect.ts";
import { planDatabase, plannedInitialDatabase, plannedLogins } from "./database-plan.ts";
import { quoteName, quoteText } from "./planned-statement.ts";
import { type PostgresServer, superuserName } from "./postgres-server.ts";
import { makeLikeRds } from "./rds-likeness.ts";

/** Names that a plan gives the database and its roles. */
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
  readonly application: DatabaseLogin;
  /** Runs the migrations up to a release as the migrator role. Safe to run again. */
  migrate(release: SampleRelease): Promise<void>;
  /** Tries what each role may and may not do. Call it after the first migration. */
  check(): Promise<readonly DatabaseCheck[]>;
  /** The ids of all couples, read as the read-only role. */
  storedIds(): Promise<readonly string[]>;
}

const strangerName = "rehearsal_stranger";

/**
 * Creates the planned database, roles and grants on a server.
 *
 * Roles log in with a password made for this run, since IAM authentication is AWS's own; `rds_iam` is there to be granted,
 * and means nothing here.
 *
 * @throws {Error} naming the planned resource that PostgreSQL refused or that the rehearsal does not know
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
  const created = await applyDatabasePlan(login(names.master, "postgres"), planDatabase(resources));
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
    resources: created,
    application,
    async migrate(release) {
      await withConnection(migrator, async (client) => {
        for (const statement of migrationsUpTo(release)) await client.query(statement);
      });
    },
    check: () => checkDatabase({ application, migrator, readOnly, stranger }),
    async storedIds() {
      const found = await withConnection(readOnly, (client) => client.query<{ id: string }>("select id from couples"));
      return found.rows.map((row) => row.id);
    },
  };
}
