import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mergeStackFile, type StackSettings } from "./merge-stack-file.ts";
import { stackFileName } from "./problems/fix.ts";
import type { Stage } from "./schema/stage-config.ts";

export { applySettings } from "./apply-settings.ts";

/**
 * Reads a stage's committed config as the engine would give it to the program, without the engine: the defaults of
 * `Pulumi.yaml` under the values of `Pulumi.<stage>.yaml`. Nothing is decrypted: a secret reads as `[secret]`.
 *
 * @param projectFolder folder with `Pulumi.yaml` and the stack files
 * @throws {Error} when a file is missing or no YAML; the message names the file
 */
export function readStackFile(projectFolder: string, stage: Stage): StackSettings {
  const read = (name: string) => ({ name, text: readFileSync(join(projectFolder, name), "utf8") });
  return mergeStackFile(read("Pulumi.yaml"), read(stackFileName(stage)));
}
