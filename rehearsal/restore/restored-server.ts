import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type PostgresServer,
  type ReservedPort,
  type ServerOptions,
  startExistingServer,
  startPostgresServer,
  superuserName,
} from "../local/database/postgres-server.ts";
import { withConnection } from "../local/database/sql.ts";
import { copyServerFiles, giveToPostgres } from "./postgres-files.ts";

/** A server whose log is kept, so that a copy of its files can be brought to any later moment: as RDS does it for an instance. */
export interface ArchivedServer {
  readonly server: PostgresServer;
  /** Copies the files while the server runs, as a daily backup does. */
  backUp(): Promise<void>;
  /** Has the server finish its current part of the log, so that the archive holds all that was committed. */
  archiveLog(): Promise<void>;
  /**
   * Starts another server from the backup beside this one, with all that was committed until a moment and nothing after it.
   *
   * @param moment PostgreSQL's own text of it, such as `select now()` gives
   * @see PostgreSQL, "Continuous Archiving and Point-in-Time Recovery (PITR)"
   */
  restoreTo(moment: string, reserved: ReservedPort): Promise<PostgresServer>;
}

/** Starts it in a folder of its own. */
export async function startArchivedServer(
  folder: string,
  reserved: ReservedPort,
  options: Pick<ServerOptions, "keeper" | "aborted">,
): Promise<ArchivedServer> {
  const archive = join(folder, "archive");
  const backup = join(folder, "backup");
  const restored = join(folder, "restored");
  await mkdir(archive, { mode: 0o700 });
  await giveToPostgres(archive);
  const server = await startPostgresServer(folder, reserved, {
    ...options,
    settings: [
      "wal_level=replica",
      "archive_mode=on",
      `archive_command=test ! -f '${archive}/%f' && cp '%p' '${archive}/%f'`,
    ],
  });
  const superuser = {
    host: "127.0.0.1",
    port: server.port,
    database: "postgres",
    user: superuserName,
    password: server.superuserPassword,
  };
  return {
    server,
    async backUp() {
      // One session: PostgreSQL ends a backup whose session has ended.
      await withConnection(superuser, async (client) => {
        await client.query("select pg_backup_start('rehearsal', fast => true)");
        await copyServerFiles(join(folder, "data"), backup);
        const { rows } = await client.query<{ labelfile: string }>(
          "select labelfile from pg_backup_stop(wait_for_archive => true)",
        );
        await writeFile(join(backup, "backup_label"), rows[0]?.labelfile ?? "", { mode: 0o600 });
        await giveToPostgres(join(backup, "backup_label"));
      });
    },
    async archiveLog() {
      await withConnection(superuser, async (client) => {
        const { rows } = await client.query<{ name: string }>("select pg_walfile_name(pg_switch_wal()) as name");
        const part = rows[0]?.name ?? "";
        for (;;) {
          const { rows: found } = await client.query<{ last: string | null }>(
            "select last_archived_wal as last from pg_stat_archiver",
          );
          if ((found[0]?.last ?? "") >= part) return;
          await client.query("select pg_sleep(0.02)");
        }
      });
    },
    async restoreTo(moment, port) {
      await copyServerFiles(backup, restored);
      await writeFile(join(restored, "recovery.signal"), "", { mode: 0o600 });
      await giveToPostgres(join(restored, "recovery.signal"));
      return await startExistingServer(folder, restored, port, {
        ...options,
        superuserPassword: server.superuserPassword,
        settings: [
          "wal_level=replica",
          `restore_command=cp '${archive}/%f' '%p'`,
          `recovery_target_time=${moment}`,
          "recovery_target_action=promote",
        ],
      });
    },
  };
}
