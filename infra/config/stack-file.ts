import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isBlock, type KeyPath, projectName, stackFileName } from "./config-keys.ts";
import { type NamedText, parseYaml } from "./parse-yaml.ts";
import type { Stage } from "./schema/stage-config.ts";
import { encryptedWithin, withStandIns } from "./secrets.ts";

/** What a stack file says. */
export interface StackSettings {
  /** Every value as text by its full key, as `pulumi.runtime.allConfig()` returns them. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * Where the file holds an encrypted value (`secure:`). The first part is the full key:
   * `["celebrant-portal:applicationSecrets", "STRIPE_SECRET_KEY"]`.
   */
  readonly encryptedPaths: readonly KeyPath[];
}

/**
 * Reads a stage's stack file as the engine would give it to the program, without the engine.
 *
 * @param projectFolder folder with the stack files
 * @throws {Error} when the file is missing or not valid YAML; the message names it
 */
export function readStackFile(projectFolder: string, stage: Stage): StackSettings {
  return readNamed(projectFolder, stackFileName(stage));
}

/**
 * The stack file in the project folder, for a program that the engine runs. Pulumi reads the config from there unless it was
 * told to use another file.
 *
 * @returns `undefined` where it cannot be read, such as for a stack whose config is kept elsewhere
 */
export function stackFileAtHand(projectFolder: string, stack: string): StackSettings | undefined {
  try {
    return readNamed(projectFolder, stackFileName(stack));
  } catch {
    return undefined;
  }
}

function readNamed(folder: string, name: string): StackSettings {
  return parseStackFile({ name, text: readFileSync(join(folder, name), "utf8") });
}

/**
 * Reads a stack file's values as the engine gives them to a program: a key without a namespace is the project's own, and a
 * number, a boolean or a block becomes JSON text. The project file declares no config and so adds none.
 *
 * Nothing is decrypted: an encrypted value reads as a {@link withStandIns stand-in}.
 *
 * @throws {Error} when the file is not valid YAML
 */
export function parseStackFile(stackFile: NamedText): StackSettings {
  const own = Object.entries(block(block(parseYaml(stackFile))["config"])).map(
    ([key, value]) => [fullKey(key), value] as const,
  );
  return {
    values: Object.fromEntries(own.map(([key, value]) => [key, asText(withStandIns(value))])),
    encryptedPaths: own.flatMap(([key, value]) => encryptedWithin(value).map((path) => [key, ...path])),
  };
}

function block(value: unknown): Readonly<Record<string, unknown>> {
  return isBlock(value) ? value : {};
}

/** The key with its namespace. Old files write `portal:config:key` for `portal:key`. */
function fullKey(key: string): string {
  return key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${projectName}:${key}`;
}

/** The text of a value in `allConfig()`: text as it is, everything else as JSON. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Full keys that hold a secret, or a block with one inside. The engine tells a program no more of its secrets. */
export function secretKeysOf({ encryptedPaths }: StackSettings): readonly string[] {
  return [...new Set(encryptedPaths.map(([key]) => String(key)))];
}
