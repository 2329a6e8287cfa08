import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type PostgresServer, reservePort, superuserName } from "../local/database/postgres-server.ts";
import { withConnection } from "../local/database/sql.ts";
import { type ArchivedServer, startArchivedServer } from "./restored-server.ts";

/** What a restore brought back. */
export interface RestoreReport {
  /** Writes that the server acknowledged before and after the backup, and after the moment. */
  readonly acknowledged: number;
  /** Acknowledged by the moment, so that they must be there. */
  readonly due: number;
  /** Begun after the moment, so that none may be there. */
  readonly late: number;
  /** Due, and not there. */
  readonly lost: readonly string[];
  /** Late, and there. */
  readonly unexpected: readonly string[];
  /** Seconds that the copy of the files took, and the restore until it answers. */
  readonly backUpSeconds: number;
  readonly restoreSeconds: number;
}

/** One acknowledged write, by the server's own clock. */
interface Write {
  readonly id: string;
  /** Before its transaction began. Seconds since 1970. */
  readonly began: number;
  /** After its commit was acknowledged. */
  readonly acknowledged: number;
}

/** How much is written. */
export interface RestoreCourse {
  /** Connections that write at once. */
  readonly writers: number;
  /** Milliseconds of writing before and after the moment. */
  readonly writeMilliseconds: number;
}

/**
 * Restores a real PostgreSQL to a moment, from a copy of its files and its archived log, while it is written to: what RDS does for
 * `npm run rollout -- restore`. Every write that was acknowledged by then must be there, and none that began later.
 */
export async function rehearseRestore(
  folder: string,
  options: Parameters<typeof startArchivedServer>[2],
  { writers, writeMilliseconds }: RestoreCourse,
): Promise<RestoreReport> {
  const archived = await startArchivedServer(folder, await reservePort(), options);
  const { server } = archived;
  try {
    await withConnection(superuserOf(server), (client) => client.query("create table couples (id uuid primary key)"));
    const writing = { ended: false };
    const running = Array.from({ length: writers }, () => write(server, writing));
    const backUpSeconds = await seconds(() => archived.backUp());
    await setTimeout(writeMilliseconds);
    const moment = await clock(server);
    await setTimeout(writeMilliseconds);
    writing.ended = true;
    const writes = (await Promise.all(running)).flat();
    return { ...(await restored(archived, writes, moment)), backUpSeconds };
  } finally {
    await server.stop();
  }
}

/** Restores beside the server, and compares. */
async function restored(
  archived: ArchivedServer,
  writes: readonly Write[],
  moment: { readonly text: string; readonly seconds: number },
): Promise<Omit<RestoreReport, "backUpSeconds">> {
  await archived.archiveLog();
  const port = await reservePort();
  const beganAt = performance.now();
  const second = await archived.restoreTo(moment.text, port);
  const restoreSeconds = (performance.now() - beganAt) / 1000;
  try {
    const { rows } = await withConnection(superuserOf(second), (client) =>
      client.query<{ id: string }>("select id from couples"),
    );
    const there = new Set(rows.map(({ id }) => id));
    const due = writes.filter(({ acknowledged }) => acknowledged <= moment.seconds);
    const late = writes.filter(({ began }) => began > moment.seconds);
    return {
      acknowledged: writes.length,
      due: due.length,
      late: late.length,
      lost: due.filter(({ id }) => !there.has(id)).map(({ id }) => id),
      unexpected: late.filter(({ id }) => there.has(id)).map(({ id }) => id),
      restoreSeconds,
    };
  } finally {
    await second.stop();
  }
}

/** Writes one row after the other, each in a transaction of its own, until it is told to end. */
async function write(server: PostgresServer, writing: { readonly ended: boolean }): Promise<readonly Write[]> {
  return await withConnection(superuserOf(server), async (client) => {
    const now = async () => {
      const { rows } = await client.query<{ at: number }>("select extract(epoch from clock_timestamp())::float8 as at");
      return rows[0]?.at ?? 0;
    };
    const writes: Write[] = [];
    let began = await now();
    while (!writing.ended) {
      const id = randomUUID();
      await client.query("insert into couples (id) values ($1)", [id]);
      const acknowledged = await now();
      writes.push({ id, began, acknowledged });
      began = acknowledged;
    }
    return writes;
  });
}

/** The server's clock: as text for PostgreSQL, and as seconds. */
async function clock(server: PostgresServer) {
  return await withConnection(superuserOf(server), async (client) => {
    const { rows } = await client.query<{ text: string; at: number }>(
      "select t::text as text, extract(epoch from t)::float8 as at from clock_timestamp() t",
    );
    return { text: rows[0]?.text ?? "", seconds: rows[0]?.at ?? 0 };
  });
}

function superuserOf({ port, superuserPassword: password }: PostgresServer) {
  return { host: "127.0.0.1", port, database: "postgres", user: superuserName, password };
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const beganAt = performance.now();
  await work();
  return (performance.now() - beganAt) / 1000;
}
