import { randomBytes } from "node:crypto";
import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { masterUserName, migratorRole, readOnlyRole } from "../../components/database/names.ts";
import { unprivilegedUser } from "../local/database/postgres-server.ts";
import { type DatabaseLogin, quoteName, quoteText, withClient, withConnection } from "../local/database/sql.ts";
import { withScratchDatabase } from "./scratch-database.ts";

/** What the deployed database is called, who is in it, and where it is. */
export interface StageDatabase {
  readonly database: string;
  readonly applicationRole: string;
  readonly region: string;
}

/** A database in which a migration runs as it does in the stage, with a server that writes down what it sends. */
export interface DatabaseCopy {
  /** Somebody who may do everything. */
  readonly login: DatabaseLogin;
  /** Whom the migration logs in as, without a password: the name itself is what nobody else knows. */
  readonly user: string;
  /** What the migration finds in its environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** The server's log. */
  readonly logFile: string;
}

/** Gives an empty copy, which is gone afterwards. */
export async function withDatabaseCopy<Result>(
  { database, applicationRole, region }: StageDatabase,
  work: (copy: DatabaseCopy) => Promise<Result>,
): Promise<Result> {
  const user = `copy_${randomBytes(16).toString("hex")}`;
  let logFolder = "";
  const prepare = async (folder: string) => {
    logFolder = join(folder, "log");
    const accessFile = join(folder, "pg_hba.conf");
    await mkdir(logFolder, { mode: 0o700 });
    await writeFile(accessFile, accessRules(database, user), { mode: 0o600 });
    const { uid, gid } = unprivilegedUser();
    if (uid !== undefined && gid !== undefined) {
      await Promise.all([logFolder, accessFile].map(async (path) => await chown(path, uid, gid)));
    }
    return { settings: [...settings, `hba_file=${accessFile}`], logFolder };
  };
  return await withScratchDatabase({ database, prepare }, async (login) => {
    await makeRoles(login, { user, applicationRole });
    return await work({
      login,
      user,
      variables: variablesFor(login, { user, region }),
      logFile: join(logFolder, "server.json"),
    });
  });
}

const settings = [
  // The list of processes shows no name of a role.
  "update_process_title=off",
];

/**
 * A token of IAM is a password that only RDS can check, and the portal's own `env.py` sends one. So the migration's role is let in by its
 * name, which is made for this run.
 */
function accessRules(database: string, user: string): string {
  const rules = [
    ["host", JSON.stringify(database), user, "127.0.0.1/32", "trust"],
    ["host", "all", "all", "127.0.0.1/32", "scram-sha-256"],
  ];
  return `${rules.map((rule) => rule.join(" ")).join("\n")}\n`;
}

/** Users of the stage's database exist by name, so that a migration can grant them something. */
async function makeRoles(
  login: DatabaseLogin,
  { user, applicationRole }: { readonly user: string; readonly applicationRole: string },
): Promise<void> {
  await withConnection(login, async (client) => {
    for (const role of [masterUserName, migratorRole, readOnlyRole, applicationRole]) {
      await client.query(`create role ${quoteName(role)} nologin`);
    }
    await client.query(`
      alter database ${quoteName(login.database)} owner to ${quoteName(migratorRole)};
      create role ${user} login in role ${quoteName(migratorRole)};
      alter role ${user} set role = ${quoteText(migratorRole)};
      alter role ${user} set log_statement = 'all';
      alter role ${user} set session_preload_libraries = 'auto_explain';
      alter role ${user} set auto_explain.log_min_duration = 0;
      alter role ${user} set auto_explain.log_analyze = on;
      alter role ${user} set auto_explain.log_timing = off;
      alter role ${user} set auto_explain.log_format = 'json';
      alter role ${user} set deadlock_timeout = '1h';
    `);
  });
}

/** Who loads a schema that names no owner. */
const loader = "rollout_loader";

/** Runs SQL in a copy as somebody who may do everything, and gives what it makes to the migration's role. */
export async function loadInto({ login }: DatabaseCopy, load: (login: DatabaseLogin) => Promise<void>): Promise<void> {
  const password = randomBytes(16).toString("hex");
  await withConnection(login, (client) =>
    client.query(`create role ${loader} superuser login password ${quoteText(password)}`),
  );
  await load({ ...login, user: loader, password });
  await withConnection(login, async (client) => {
    // A member may alter and drop what the role owns.
    await client.query(`alter role ${loader} nosuperuser nologin; grant ${loader} to ${quoteName(migratorRole)}`);
  });
}

/**
 * What the one-off task `migrate` gets in the stage, as far as it is about the database, and what libpq reads. The credentials
 * are those of nobody: a token can be signed with them, and AWS answers nothing.
 */
function variablesFor(
  { host, port, database }: DatabaseLogin,
  { user, region }: { readonly user: string; readonly region: string },
): Readonly<Record<string, string>> {
  return {
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: database,
    DATABASE_USER: user,
    DATABASE_SSLMODE: "disable",
    DATABASE_IAM_AUTH: "false",
    PGHOST: host,
    PGHOSTADDR: host,
    PGPORT: String(port),
    PGDATABASE: database,
    PGUSER: user,
    PGSSLMODE: "disable",
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "copy",
    AWS_SECRET_ACCESS_KEY: "copy",
    AWS_SESSION_TOKEN: "",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** The revisions that Alembic has written down in a database. */
export async function revisionsIn(login: DatabaseLogin): Promise<readonly string[]> {
  return await withClient(login, async (client) => {
    const { rows: found } = await client.query<{ table: string | null }>(
      "select to_regclass('alembic_version') as table",
    );
    if (found[0]?.table === null) return [];
    const { rows } = await client.query<{ version_num: string }>("select version_num from alembic_version order by 1");
    return rows.map(({ version_num }) => version_num);
  });
}
