import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileName } from "./config-keys.ts";
import { parseStackFile, type StackSettings } from "./parse-stack-file.ts";
import type { Stage } from "./schema/stage-config.ts";

export { applySettings, editSettings } from "./apply-settings.ts";

/**
 * Reads a stage's committed config as the engine would give it to the program, without the engine.
 *
 * @param projectFolder folder with the stack files
 * @throws {Error} when the file is missing or not valid YAML; the message names it
 */
export function readStackFile(projectFolder: string, stage: Stage): StackSettings {
  const name = stackFileName(stage);
  return parseStackFile({ name, text: readFileSync(join(projectFolder, name), "utf8") });
}

/**
 * The stack file as it stands in the project folder, for a program that the engine runs: that is where Pulumi reads it
 * from, unless it was told of another file.
 *
 * @returns undefined where it cannot be read, such as for a stack whose config is kept elsewhere
 */
export function stackFileAtHand(projectFolder: string, stack: string): StackSettings | undefined {
  const name = stackFileName(stack);
  try {
    return parseStackFile({ name, text: readFileSync(join(projectFolder, name), "utf8") });
  } catch {
    return undefined;
  }
}
