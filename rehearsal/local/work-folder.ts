import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cleanup } from "./cleanup.ts";
import type { Keeper } from "./keeper/keeper.ts";

/** Start of the name of every folder that a rehearsal makes in the system's temporary folder. */
const workFolderPrefix = "celebrant-rehearsal-";

/**
 * Makes a folder for one run, which the cleanup stack removes, or the keeper when this process is killed.
 *
 * Others may pass through it but not look into it: PostgreSQL, as a user of its own, has to reach its folder inside.
 */
export async function makeWorkFolder(cleanup: Cleanup, keeper: Keeper): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), workFolderPrefix));
  keeper.watchFolder(path);
  cleanup.add(`folder ${path}`, async () => {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
    keeper.forgetFolder(path);
  });
  await chmod(path, 0o711);
  return path;
}
