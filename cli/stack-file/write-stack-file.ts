import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Replaces a file's text at once: a reader, or a run that is killed in the middle, finds the old text or the new one whole.
 *
 * The file keeps its mode. A symbolic link stays one, and what it points to is replaced.
 *
 * @param path a file that exists
 * @throws {Error} as the file system gives it; the file then is as it was
 */
export async function writeStackFile(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const { mode } = await stat(target);
  // In the same folder, because a rename across file systems fails.
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(text);
      // Open's own mode is cut by the process's umask.
      await file.chmod(mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
