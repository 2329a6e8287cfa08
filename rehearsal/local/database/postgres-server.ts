import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { endChild } from "../child-process.ts";
import type { Keeper } from "../keeper/keeper.ts";
import { findPostgresPrograms, type PostgresPrograms } from "./postgres-binaries.ts";

/** Name of the superuser, which on RDS is AWS's own and nobody else's. */
export const superuserName = "rdsadmin";

/** A running PostgreSQL server. */
export interface PostgresServer {
  readonly pid: number;
  readonly port: number;
  /** Password of {@link superuserName}, made for this run. */
  readonly superuserPassword: string;
  stop(): Promise<void>;
}

/** Settings of a server that lives for a minute: small, and without waiting for a disk that it will not outlive. */
const settings = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "shared_buffers=24MB",
  "max_connections=60",
  "fsync=off",
  "autovacuum=off",
  "max_wal_senders=0",
  "wal_level=minimal",
  "logging_collector=off",
] as const;

const environment = { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };

/**
 * Creates a new cluster below `folder` and starts it. It is reached by TCP on 127.0.0.1 and a password only, so no other
 * user of the machine can enter.
 *
 * @param keeper ends it should this process be killed
 * @param aborted gives the start up
 * @throws {Error} with PostgreSQL's own words when it does not start
 */
export async function startPostgresServer(
  folder: string,
  port: number,
  { keeper, aborted }: { readonly keeper: Keeper; readonly aborted: AbortSignal },
): Promise<PostgresServer> {
  const programs = await findPostgresPrograms(folder);
  const data = join(folder, "data");
  const superuserPassword = randomBytes(18).toString("base64url");
  await createCluster(programs, data, { passwordFile: join(folder, "password"), superuserPassword, aborted });
  aborted.throwIfAborted();
  const child = spawnServer(programs, data, port);
  const pid = child.pid ?? 0;
  keeper.watchProcess(pid, "SIGINT");
  await readyToServe(child);
  return {
    pid,
    port,
    superuserPassword,
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown: sessions are ended, the cluster is left in order.
      await endChild(child, "SIGINT", 8);
      keeper.forgetProcess(pid);
    },
  };
}

async function createCluster(
  programs: PostgresPrograms,
  data: string,
  options: { readonly passwordFile: string; readonly superuserPassword: string; readonly aborted: AbortSignal },
): Promise<void> {
  const { aborted, passwordFile, superuserPassword } = options;
  const { uid, gid } = programs;
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) {
    await chown(data, uid, gid);
    await chown(passwordFile, uid, gid);
  }
  const child = spawn(
    programs.initdb,
    [
      `--pgdata=${data}`,
      `--username=${superuserName}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--no-locale",
      "--no-sync",
    ],
    { uid, gid, cwd: data, env: environment, stdio: ["ignore", "ignore", "pipe"], signal: aborted },
  );
  const complaint = collect(child);
  const [code] = await once(child, "exit");
  await rm(passwordFile);
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${complaint()}`);
}

function spawnServer(programs: PostgresPrograms, data: string, port: number): ChildProcess {
  return spawn(programs.postgres, ["-D", data, "-p", String(port), ...settings.flatMap((one) => ["-c", one])], {
    uid: programs.uid,
    gid: programs.gid,
    cwd: data,
    env: environment,
    // A session of its own: Ctrl-C in the terminal must reach the rehearsal alone, which then ends the server in order.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function readyToServe(child: ChildProcess): Promise<void> {
  const complaint = collect(child);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stderr?.on("data", () => {
    if (complaint().includes("ready to accept connections")) resolve();
  });
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(`postgres ended with ${code}: ${complaint()}`)));
  await promise;
}

/** Keeps the last words of a program. */
function collect(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (part: string) => {
    text = (text + part).slice(-4000);
  });
  return () => text.trim();
}
