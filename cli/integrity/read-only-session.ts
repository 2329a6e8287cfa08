import { readFile } from "node:fs/promises";
import type { Ask } from "./check-integrity.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Connects as the environment says, as psql would, and asks in one transaction that can change nothing and sees one moment.
 * `tunnel` sets the variables.
 *
 * @throws {Error} where they do not say where the database is, or PostgreSQL refuses
 * @see PostgreSQL, "Environment Variables"
 */
export async function withReadOnlySession<Result>(
  environment: Environment,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const { Client } = await import("pg");
  const client = new Client(await settingsFrom(environment));
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("begin transaction isolation level repeatable read, read only");
    // What a value looks like as text must not depend on the session, or checksums would.
    await client.query(
      "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601'; set local bytea_output = 'hex'; set local extra_float_digits = 1; set local search_path = public",
    );
    return await work(async (question) => {
      await client.query("savepoint question");
      try {
        return (await client.query(question)).rows;
      } catch (error) {
        await client.query("rollback to question");
        throw error;
      }
    });
  } finally {
    await client.end().catch(() => {});
  }
}

async function settingsFrom(environment: Environment) {
  const { PGHOST: host, PGHOSTADDR, PGPORT, PGUSER: user, PGDATABASE: database, PGPASSWORD: password } = environment;
  if (!host || !user || !database) {
    throw new Error(
      "The environment does not say where the database is: PGHOST, PGUSER and PGDATABASE are missing. Run it through the tunnel, which sets them: npm run rollout -- tunnel --stage <stage> -- npm run rollout -- integrity --stage <stage>.",
    );
  }
  return {
    host: PGHOSTADDR || host,
    port: Number(PGPORT || 5432),
    user,
    database,
    ...(password === undefined ? {} : { password }),
    ssl: await encryption(environment, host),
    connectionTimeoutMillis: 15_000,
  };
}

/** The certificate is verified against the name, also where the address is the near end of a tunnel. */
async function encryption({ PGSSLMODE: mode, PGSSLROOTCERT: authorities }: Environment, host: string) {
  if (mode === "disable") return false;
  if (mode === "verify-full" && authorities) return { ca: await readFile(authorities, "utf8"), servername: host };
  throw new Error(
    `PGSSLMODE is "${mode ?? ""}". It must be verify-full, with PGSSLROOTCERT, as the tunnel sets it; disable is for a database on this machine.`,
  );
}
