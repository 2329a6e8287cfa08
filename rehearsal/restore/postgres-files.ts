import { execFile } from "node:child_process";
import { chown, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { unprivilegedUser } from "../local/database/postgres-server.ts";

/** Gives a file or folder to the user that PostgreSQL runs as. */
export async function giveToPostgres(path: string): Promise<void> {
  const { uid, gid } = unprivilegedUser();
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

/**
 * Copies the folder of a server, which may run, without its process's own files and without its log, which the archive has. Owners
 * and modes stay.
 *
 * @throws {Error} with what `cp` says; a file that the server deletes meanwhile is none of the copy
 */
export async function copyServerFiles(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await promisify(execFile)("cp", ["-a", from, to]).catch((error: { readonly stderr?: string }) => {
    const lines = (error.stderr ?? "").trim().split("\n");
    if (!lines.every((line) => line.includes("No such file or directory"))) throw error;
  });
  for (const name of ["postmaster.pid", "postmaster.opts"]) await rm(join(to, name), { force: true });
  const log = join(to, "pg_wal");
  const parts = (await readdir(log)).filter((name) => /^[0-9A-F]{24}/.test(name));
  await Promise.all(parts.map((name) => rm(join(log, name))));
}
