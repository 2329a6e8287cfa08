import { masterUserName, migratorRole, readOnlyRole } from "../../components/database/names.ts";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { plainLine } from "../../rollout/plain-text.ts";
import { messageOf } from "../outcome.ts";
import type { OpenTunnel } from "./open-tunnel.ts";

/** Who somebody logs in as: a reader, the master user, migrations, the API. */
export type DatabaseLogin = "readonly" | "admin" | "migrator" | "api";

/** The role in PostgreSQL. */
export function roleOf(login: DatabaseLogin, { database }: Pick<StageConfig, "database">): string {
  return { readonly: readOnlyRole, admin: masterUserName, migrator: migratorRole, api: database.user }[login];
}

/** The database that somebody works in first. The master user comes before the portal's database exists. */
export function databaseOf(login: DatabaseLogin, { database }: Pick<StageConfig, "database">): string {
  return login === "admin" ? "postgres" : database.name;
}

/**
 * What a client of PostgreSQL reads from its environment. The name is the instance's own, which its certificate has, and the
 * address is the tunnel's near end: libpq and lib/pq, and whatever is made from them, then verify the name.
 *
 * @see PostgreSQL, "Environment Variables" and "Parameter Key Words", hostaddr
 */
export function clientEnvironment(
  { host, localPort, authorities }: Pick<OpenTunnel, "host" | "localPort" | "authorities">,
  login: { readonly user: string; readonly database: string },
): Readonly<Record<string, string>> {
  return {
    PGHOST: host,
    PGHOSTADDR: "127.0.0.1",
    PGPORT: String(localPort),
    PGUSER: login.user,
    PGDATABASE: login.database,
    PGSSLMODE: "verify-full",
    PGSSLROOTCERT: authorities.path,
  };
}

/** A connection that is open while `work` runs. */
export interface Session {
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
}

/**
 * Connects through a tunnel, as a role with its token or password, over TLS that is verified against the instance's own name.
 *
 * @throws {Error} PostgreSQL's own, with its code
 */
export async function connected<Result>(
  { host, localPort, authorities }: OpenTunnel,
  login: { readonly user: string; readonly database: string; readonly password: string },
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { Client } = await import("pg");
  const client = new Client({
    host: "127.0.0.1",
    port: localPort,
    ...login,
    ssl: { ca: authorities.text, servername: host },
    connectionTimeoutMillis: 15_000,
  });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work({
      query: async (text, values) => await client.query(text, values === undefined ? [] : [...values]),
    });
  } finally {
    await client.end().catch(() => {});
  }
}

/** Codes of a refused log-in: invalid authorization specification, invalid password. */
const refusedLogIn: ReadonlySet<unknown> = new Set(["28000", "28P01"]);

/**
 * A token for the master user, who can log in with one. On a new instance that role has only its password, which RDS keeps; the
 * first time, this grants it `rds_iam`, as every other role has it.
 *
 * It must, before it makes the other roles: since PostgreSQL 16 the role that creates another becomes a member of it, and RDS
 * refuses a password to every direct or indirect member of `rds_iam` ("Database authentication with Amazon RDS").
 *
 * @throws {Error} where neither the token nor the password is accepted
 */
export async function adminToken(tunnel: OpenTunnel, say: (line: string) => void): Promise<string> {
  const { aws, instance, host, port } = tunnel;
  const login = { user: masterUserName, database: "postgres" };
  const password = await aws.signToken({ host, port, user: masterUserName });
  try {
    await connected(tunnel, { ...login, password }, (session) => session.query("select 1"));
    return password;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (!refusedLogIn.has(code)) throw error;
    if (instance.masterSecretArn === null) {
      throw new Error(
        `${masterUserName} cannot log in with a token (${plainLine(messageOf(error))}), and RDS keeps no password of it. Your identity needs rds-db:connect on dbuser:${instance.resourceId}/${masterUserName}.`,
        { cause: error },
      );
    }
  }
  say(`${masterUserName} logs in with its password, this once, and is then let in by token`);
  const known = await aws.readPassword(instance.masterSecretArn);
  await connected(tunnel, { ...login, password: known }, async (session) => {
    await session.query(`grant rds_iam to "${masterUserName}"`);
  });
  return password;
}

/** A token of the login, to be used within 15 minutes. */
export async function tokenFor(
  tunnel: OpenTunnel,
  login: DatabaseLogin,
  user: string,
  say: (line: string) => void,
): Promise<string> {
  if (login === "admin") return await adminToken(tunnel, say);
  return await tunnel.aws.signToken({ host: tunnel.host, port: tunnel.port, user });
}
