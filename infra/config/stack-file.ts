import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseStackFile, type StackSettings } from "./parse-stack-file.ts";
import { stackFileName } from "./problems/fix.ts";
import type { Stage } from "./schema/stage-config.ts";

export { applySettings } from "./apply-settings.ts";

/**
 * Reads a stage's committed config as the engine would give it to the program, without the engine. Nothing is decrypted: a
 * secret reads as `[secret]`.
 *
 * @param projectFolder folder with the stack files
 * @throws {Error} when the file is missing or no YAML; the message names it
 */
export function readStackFile(projectFolder: string, stage: Stage): StackSettings {
  const name = stackFileName(stage);
  return parseStackFile({ name, text: readFileSync(join(projectFolder, name), "utf8") });
}
