import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { editSettings } from "../../infra/config/apply-settings.ts";
import { projectName, stackFileName } from "../../infra/config/config-keys.ts";
import { readStageConfig } from "../../infra/config/read-stage-config.ts";
import type { Stage, StageConfig } from "../../infra/config/schema/stage-config.ts";
import { readStackFile, type StackSettings, stagingAtHand } from "../../infra/config/stack-file.ts";
import { type EncryptedSecret, encryptSecret } from "./encrypt-secret.ts";

/** A stage's stack file. */
export interface StackFile {
  /** `Pulumi.<stage>.yaml`. */
  readonly name: string;
  read(): Promise<string>;
  /** Replaces the whole text at once. */
  write(text: string): Promise<void>;
  /**
   * The config as the program will read it.
   *
   * @param settings what differs from the file, by key
   * @throws {ConfigError} with every problem at once
   */
  readConfig(settings?: Readonly<Record<string, unknown>>): StageConfig;
  /** The stack file of staging beside it, if it can be read. */
  readStaging(): StackSettings | undefined;
  /**
   * Encrypts a secret as this stack's are. It changes nothing.
   *
   * @param text the file's text, which says how its secrets are encrypted
   * @throws {Error} as {@link encryptSecret}
   */
  encrypt(text: string, secret: string): Promise<EncryptedSecret>;
}

/** @param projectFolder absolute */
export function openStackFile(projectFolder: string, stage: Stage): StackFile {
  const name = stackFileName(stage);
  const path = join(projectFolder, name);
  return {
    name,
    read: () => readFile(path, "utf8"),
    write: (text) => writeStackFile(path, text),
    readStaging: () => stagingAtHand(projectFolder),
    encrypt: (text, secret) => encryptSecret(projectFolder, stage, text, secret),
    readConfig(settings = {}) {
      const stackFile = editSettings(readStackFile(projectFolder, stage), settings);
      return readStageConfig({
        stack: stage,
        project: projectName,
        values: stackFile.values,
        stackFile,
        staging: stagingAtHand(projectFolder),
      });
    },
  };
}

/**
 * Replaces a file's text at once: a reader, or whoever comes after a run that was killed, finds the old text or the new one.
 *
 * The file keeps its mode. A symbolic link stays a link, and the file that it points to is replaced.
 *
 * @param path a file that exists
 * @throws {Error} as the file system gives it; the file is then as it was
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
      // The mode given to open is reduced by the process's umask.
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
