import { formatKeyPath, type KeyPath } from "../key-path.ts";
import { projectName } from "../project-name.ts";
import type { Stage } from "../schema/stage-config.ts";

/** What a config value can be set to by one command. */
type Scalar = string | number | boolean;

/** How a problem is mended; {@link fixText} puts it into words. */
export type Fix =
  /** Set the key to this value. */
  | { readonly set: Scalar }
  /** Set the key to a value that only a person can know; the text says which, in a word or as `a|b`. */
  | { readonly choose: string; readonly type?: "int" | "float" | "string" }
  /** Set the key, encrypted, to a value that the command asks for. */
  | { readonly setSecret: true }
  /** Take the key out. */
  | { readonly remove: true }
  /** Give the key another name. */
  | { readonly rename: string }
  /** Write these lines of YAML in place of the key. */
  | { readonly write: readonly string[] };

/** Name of a stage's config file, which is the name that Pulumi looks for. */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** The key as a stack file has it: `celebrant-portal:database.multiAz`. */
export function fileKey(path: KeyPath): string {
  return `${projectName}:${commandKey(path)}`;
}

/** A top-level key stands for itself, whatever is in it; only `--path` reads dots and brackets. */
function commandKey(path: KeyPath): string {
  return path.length === 1 ? String(path[0]) : formatKeyPath(path);
}

/**
 * The words of a fix: a command that can be pasted, or what to write.
 *
 * Every command names its stack, because the one that happens to be selected may be the other.
 */
export function fixText(fix: Fix, path: KeyPath, stage: Stage): string {
  const file = stackFileName(stage);
  if ("set" in fix) return command(stage, path, ["set", ...typeFlag(path, fix.set)], shellWord(String(fix.set)));
  if ("choose" in fix) {
    return command(stage, path, ["set", ...(fix.type === undefined ? [] : ["--type", fix.type])], `<${fix.choose}>`);
  }
  if ("setSecret" in fix) return command(stage, path, ["set", "--secret"]);
  if ("remove" in fix) return command(stage, path, ["rm"]);
  if ("rename" in fix) return `in ${file}, rename ${fileKey(path)} to ${fix.rename}`;
  return [`in ${file}, write`, ...fix.write.map((line) => `  ${line}`)].join("\n");
}

function command(stage: Stage, path: KeyPath, verb: readonly string[], value?: string): string {
  const [action = "set", ...flags] = verb;
  const nested = path.length > 1 ? ["--path"] : [];
  const key = shellWord(commandKey(path));
  return ["pulumi config", action, "--stack", stage, ...flags, ...nested, key, value]
    .filter((word) => word !== undefined)
    .join(" ");
}

/**
 * `pulumi config set` saves a top-level value as text and, with `--path`, takes whole numbers and true and false for what
 * they look like. Where that would save another type than the value has, the type is said.
 */
function typeFlag(path: KeyPath, value: Scalar): readonly string[] {
  if (typeof value === "number") {
    if (!Number.isInteger(value)) return ["--type", "float"];
    return path.length === 1 ? ["--type", "int"] : [];
  }
  if (typeof value === "boolean") return path.length === 1 ? ["--type", "bool"] : [];
  return path.length > 1 && /^(true|false|0|[1-9]\d*)$/.test(value) ? ["--type", "string"] : [];
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
