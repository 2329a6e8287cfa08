import { Client } from "pg";
import type { DatabaseLogin } from "../local/database/sql.ts";

/** What the old release asks of the database: a name, and one or more statements. */
export interface SampleQuery {
  readonly name: string;
  readonly sql: string;
}

/** A query that failed, or that waited too long. */
export interface FailedQuery {
  readonly name: string;
  /** PostgreSQL's words. */
  readonly message: string;
  /** Whether it was ended because it took longer than it may. */
  readonly hasWaited: boolean;
  /** Whether it and the migration waited for each other, and PostgreSQL ended it. It would pass at another moment. */
  readonly isDeadlock: boolean;
}

/** @see PostgreSQL documentation, "PostgreSQL Error Codes" */
const queryCanceled = "57014";
const deadlockDetected = "40P01";

/** Runs a query as the old release does, and takes back what it wrote. @returns undefined where it succeeded */
async function runOnce(client: Client, { name, sql }: SampleQuery): Promise<FailedQuery | undefined> {
  try {
    await client.query("begin");
    await client.query(sql);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const message = error instanceof Error ? error.message : String(error);
    return { name, message, hasWaited: code === queryCanceled, isDeadlock: code === deadlockDetected };
  } finally {
    await client.query("rollback");
  }
}

/** The old release, at work beside a migration. */
export interface OldRelease {
  /** Runs each of its queries once. @returns those that failed */
  runAll(): Promise<readonly FailedQuery[]>;
  /** Ends it. @returns what failed while it worked, each query once */
  stop(): Promise<readonly FailedQuery[]>;
}

/**
 * Lets the old release ask its queries over and over, on a connection of its own, until it is stopped.
 *
 * @param longestWaitMilliseconds how long a query may take
 */
export async function startOldRelease(
  login: DatabaseLogin,
  queries: readonly SampleQuery[],
  longestWaitMilliseconds: number,
): Promise<OldRelease> {
  const connect = async () => {
    const client = new Client({ ...login, statement_timeout: longestWaitMilliseconds });
    client.on("error", () => {});
    await client.connect();
    return client;
  };
  const [worker, asker] = await Promise.all([connect(), connect()]);
  const failed = new Map<string, FailedQuery>();
  let isStopped = false;
  const working = (async () => {
    while (!isStopped) {
      for (const query of queries) {
        const failure = await runOnce(worker, query);
        if (failure !== undefined && !failed.has(query.name)) failed.set(query.name, failure);
      }
      // So that a release without a query does not take the machine.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    async runAll() {
      const failures: FailedQuery[] = [];
      for (const query of queries) failures.push(...[await runOnce(asker, query)].filter((one) => one !== undefined));
      return failures;
    },
    async stop() {
      isStopped = true;
      await working;
      await Promise.all([worker.end(), asker.end()]);
      return [...failed.values()];
    },
  };
}
