import { Client } from "pg";

/** How a connection to a database is made. */
export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** What PostgreSQL says beside an answer. */
interface Notice {
  readonly severity: string | undefined;
  readonly message: string | undefined;
}

/**
 * Opens a connection, runs `work` and closes the connection.
 *
 * @param onNotice gets what PostgreSQL says besides, from the log-in on
 */
export async function withClient<Result>(
  login: DatabaseLogin,
  work: (client: Client) => Promise<Result>,
  onNotice: (notice: Notice) => void = () => {},
): Promise<Result> {
  const client = new Client(login);
  client.on("notice", onNotice);
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Opens a connection, runs `work` and closes the connection. A warning counts as a failure: when the grantor has no right
 * to grant, PostgreSQL grants nothing and only warns.
 *
 * @throws {Error} PostgreSQL's own error, or the first warning
 */
export async function withConnection<Result>(
  login: DatabaseLogin,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  let warning: string | undefined;
  return await withClient(
    login,
    async (client) => {
      const result = await work(client);
      if (warning !== undefined) throw new Error(`PostgreSQL warns: ${warning}`);
      return result;
    },
    ({ severity, message }) => {
      if (severity === "WARNING") warning ??= message;
    },
  );
}

/** A role whose rights a statement needs: given by name, or found in the database when the statement runs. */
export type NeededRole =
  | { readonly kind: "role"; readonly name: string }
  /** The owner of a schema; for `public` that is the database's owner. */
  | { readonly kind: "owner-of-schema"; readonly schema: string }
  /** The owners of every table in a schema. */
  | { readonly kind: "owners-in-schema"; readonly schema: string };

/** The statements by which one planned resource is created. */
export interface PlannedStatements {
  /** Logical name of the resource. */
  readonly source: string;
  /** The database to connect to; undefined for the server's own, `postgres`. */
  readonly database: string | undefined;
  /** Roles that the administrator joins while the statements run. */
  readonly needs: readonly NeededRole[];
  /** They run in one transaction, unless one of them is `create database`. */
  readonly sql: readonly string[];
}

/** Quotes a name for PostgreSQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text for PostgreSQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
