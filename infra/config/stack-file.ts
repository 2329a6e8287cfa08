import { readFileSync } from "node:fs";
import { join } from "node:path";
import { visibly } from "../../rollout/plain-text.ts";
import { isBlock, type KeyPath, projectName, stackFileName } from "./config-keys.ts";
import { type NamedText, parseYaml } from "./parse-yaml.ts";
import { ConfigError, type Problem } from "./problems/config-error.ts";
import { andList } from "./schema/primitives.ts";
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
  /** The file itself. Absent where values were replaced since, so that its text is no longer what they are. */
  readonly source?: NamedText | undefined;
}

/**
 * Reads a stage's stack file as the engine would give it to the program, without the engine.
 *
 * @param projectFolder folder with the stack files
 * @throws {Error} when the file is missing, and as {@link parseStackFile}
 */
export function readStackFile(projectFolder: string, stage: Stage): StackSettings {
  return readNamed(projectFolder, stackFileName(stage));
}

/**
 * The stack file in the project folder, for a program that the engine runs. Pulumi reads the config from there unless it was
 * told to use another file.
 *
 * @returns `undefined` where there is none, as for a stack whose config is kept elsewhere
 * @throws {Error} as {@link parseStackFile}: the engine may have read another thing in it than a person does
 */
export function stackFileAtHand(projectFolder: string, stack: string): StackSettings | undefined {
  try {
    return readNamed(projectFolder, stackFileName(stack));
  } catch (error) {
    const isUnreadable = error instanceof Error && "syscall" in error;
    if (isUnreadable) return undefined;
    throw error;
  }
}

/**
 * The stack file of staging in the project folder, for production to be compared with.
 *
 * @returns `undefined` where there is none or it cannot be read: a mistake in it must not keep production from anything
 */
export function stagingAtHand(projectFolder: string): StackSettings | undefined {
  try {
    return readNamed(projectFolder, stackFileName("staging"));
  } catch {
    return undefined;
  }
}

/** What was read last, by file: a plan asks for the same one several times, and parsing it takes longer than all else here. */
const lastRead = new Map<string, { readonly text: string; readonly settings: StackSettings }>();

function readNamed(folder: string, name: string): StackSettings {
  const path = join(folder, name);
  const text = utf8Text(name, readFileSync(path));
  const known = lastRead.get(path);
  if (known?.text === text) return known.settings;
  const settings = parseStackFile({ name, text });
  lastRead.set(path, { text, settings });
  return settings;
}

/** The engine refuses other bytes, and Node would put another character in their place. */
function utf8Text(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const fix = "save the file as UTF-8";
    throw new ConfigError(name, [{ key: "The file", value: "not UTF-8 text", rule: "Pulumi reads UTF-8 only", fix }]);
  }
}

/**
 * Reads a stack file's values as the engine gives them to a program: a key without a namespace is the project's own, and a
 * number, a boolean or a block becomes JSON text. The project file declares no config and so adds none.
 *
 * Nothing is decrypted: an encrypted value reads as a {@link withStandIns stand-in}.
 *
 * @throws {Error} when the file is not valid YAML
 * @throws {ConfigError} when the engine would not read it, or would read something else than is meant
 */
export function parseStackFile(stackFile: NamedText): StackSettings {
  const file = parseYaml(stackFile) ?? {};
  const config = isBlock(file) ? (file["config"] ?? {}) : {};
  const problems = isBlock(file) ? [...outerProblems(file), ...configProblems(config)] : [notABlock("The file")];
  if (problems.length > 0) throw new ConfigError(stackFile.name, problems);
  const own = Object.entries(config).map(([key, value]) => [fullKey(key), value] as const);
  return {
    source: stackFile,
    values: Object.fromEntries(own.map(([key, value]) => [key, asText(withStandIns(value))])),
    encryptedPaths: own.flatMap(([key, value]) => encryptedWithin(value).map((path) => [key, ...path])),
  };
}

/** What the engine keeps beside `config`: how secrets are encrypted. */
const secretsKeys = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

function notABlock(key: string): Problem {
  return { key, value: "not a block of keys", rule: "Pulumi reads settings below config: only", fix: "write a block" };
}

function outerProblems(file: Readonly<Record<string, unknown>>): readonly Problem[] {
  return Object.keys(file).flatMap((key): Problem[] => {
    if (key === "config" || secretsKeys.some((known) => known === key)) return [];
    if (key === "environment") {
      const rule = "it names values that are kept elsewhere, which npm run plan and the commands cannot see";
      return [{ key, value: "set", rule, fix: "write the values below config: and remove it" }];
    }
    const rule = `Pulumi ignores it: beside config it knows ${andList(secretsKeys)} only`;
    const fix = "indent a setting so that it is below config:, and remove what is none";
    return [{ key: visibly(key), value: "not below config:", rule, fix }];
  });
}

function configProblems(config: unknown): readonly Problem[] {
  if (!isBlock(config)) return [notABlock("config")];
  const keys = Object.keys(config);
  return keys.flatMap((key, index): Problem[] => {
    const shown = visibly(key);
    if (!isReadableKey(key)) {
      const rule = "Pulumi reads a key as <namespace>:<name>, and this one has more colons";
      return [{ key: shown, value: "not a key that Pulumi reads", rule, fix: "correct the key" }];
    }
    const first = keys.findIndex((other) => fullKey(other) === fullKey(key));
    if (first < index) {
      const rule = `it is the same setting as ${visibly(keys[first] ?? "")}, and Pulumi takes either`;
      return [{ key: shown, value: "there twice", rule, fix: "keep one of them" }];
    }
    if (config[key] !== null) return [];
    const rule = "Pulumi reads a key without a value as empty text, and says that this will change";
    return [{ key: shown, value: "without a value", rule, fix: 'write a value, or remove the line; "" is empty text' }];
  });
}

/** Whether the engine reads a key of `config`: one with a namespace, one without, or with the old word `config` between. */
function isReadableKey(key: string): boolean {
  const parts = key.split(":");
  return parts.length <= 2 || (parts.length === 3 && parts[1] === "config");
}

/** The key with its namespace. Old files write `portal:config:key` for `portal:key`. */
function fullKey(key: string): string {
  return key.includes(":") ? key.replace(/^([^:]*):config:/, "$1:") : `${projectName}:${key}`;
}

/** The text of a value in `allConfig()`: text as it is, everything else as JSON. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Full keys that hold a secret, or a block with one inside. The engine tells a program no more of its secrets. */
export function secretKeysOf({ encryptedPaths }: StackSettings): readonly string[] {
  return [...new Set(encryptedPaths.map(([key]) => String(key)))];
}
