import {
  reservePort,
  type ServerOptions,
  startPostgresServer,
  superuserName,
} from "../local/database/postgres-server.ts";
import { type DatabaseLogin, quoteName, withConnection } from "../local/database/sql.ts";
import { createCleanup, makeWorkFolder } from "../local/run/cleanup.ts";
import { startKeeper } from "../local/run/keeper.ts";

/** What a server of its own is to be. */
interface ScratchServer {
  /** Name of the database that is made in it. */
  readonly database: string;
  /** Makes what its settings name, in the run's folder. By default it has the usual settings. */
  readonly prepare?: (folder: string) => Promise<Pick<ServerOptions, "settings" | "logFolder">>;
}

/**
 * Gives an empty database on a PostgreSQL of its own, which is gone afterwards.
 *
 * @param work gets a log-in to it as somebody who may do everything
 */
export async function withScratchDatabase<Result>(
  { database, prepare = async () => ({}) }: ScratchServer,
  work: (login: DatabaseLogin) => Promise<Result>,
): Promise<Result> {
  const cleanup = createCleanup();
  try {
    const keeper = await startKeeper();
    cleanup.add("keeper", keeper.stop);
    const folder = await makeWorkFolder(cleanup, keeper);
    const aborted = new AbortController().signal;
    const options = { keeper, aborted, ...(await prepare(folder)) };
    const server = await startPostgresServer(folder, await reservePort(), options);
    cleanup.add("PostgreSQL", server.stop);
    const login = { host: "127.0.0.1", port: server.port, user: superuserName, password: server.superuserPassword };
    await withConnection({ ...login, database: "postgres" }, (client) =>
      client.query(`create database ${quoteName(database)}`),
    );
    return await work({ ...login, database });
  } finally {
    await cleanup.run();
  }
}
