import { hasHiddenCharacters, visibly } from "../../../rollout/plain-text.ts";
import { commandKey, fileKey, type KeyPath, stackFileName } from "../config-keys.ts";
import type { Stage } from "../schema/stage-config.ts";
import { atPath } from "./skeleton.ts";

/** What a config value can be set to by one command. */
export type Scalar = string | number | boolean;

/** How a problem is fixed; {@link fixText} puts it into words. */
export type Fix =
  /** Set the key to this value. */
  | { readonly set: Scalar }
  /** Set the key to a value that only a person can know. The text says which, in a word or as `a|b`. */
  | { readonly choose: string }
  /** Set the key to a secret, which the command asks for and encrypts. */
  | { readonly setSecret: true }
  /** Remove the key. */
  | { readonly remove: true }
  /** Give the key another name in the same block. */
  | { readonly rename: string }
  /** Move the value to another key of the same block, which is set already. */
  | { readonly moveTo: string }
  /** Write these lines of YAML below the key. */
  | { readonly write: readonly string[] };

/**
 * The words of a fix: a command to paste, or what to write.
 *
 * Every command names its stage.
 */
export function fixText(fix: Fix, path: KeyPath, stage: Stage): string {
  const key = commandKey(path);
  if ("set" in fix) return setCommand(stage, [key, String(fix.set)]);
  if ("choose" in fix) return `${setCommand(stage, [key])} <${fix.choose}>`;
  if ("setSecret" in fix) return setCommand(stage, ["--secret", key]);
  if ("remove" in fix) return setCommand(stage, ["--remove", key]);
  const file = stackFileName(stage);
  const sibling = (name: string) => fileKey([...path.slice(0, -1), name]);
  if ("rename" in fix) return `in ${file}, rename ${fileKey(path)} to ${sibling(fix.rename)}`;
  if ("moveTo" in fix) {
    return `in ${file}, move the value of ${fileKey(path)} to ${sibling(fix.moveTo)}, which is set already`;
  }
  return [`in ${file}, ${whatToWrite(path)}`, ...atPath(path, fix.write).map((line) => `  ${line}`)].join("\n");
}

/** Says what the lines below replace, so that nobody replaces more. */
function whatToWrite(path: KeyPath): string {
  if (path.length === 1) return "write";
  if (typeof path.at(-1) === "number") return `write ${fileKey(path)} as`;
  return `write this and keep the other keys of ${fileKey(path.slice(0, -1))}`;
}

/** The command that edits a stack file and keeps every other byte. `pulumi config set` would write the whole file anew. */
function setCommand(stage: Stage, words: readonly string[]): string {
  return ["npm run rollout -- set --stage", stage, ...words.map(shellWord)].join(" ");
}

/** A word for bash and zsh. Characters that nobody sees are written out, in `$'…'`, so that what is copied is what is seen. */
export function shellWord(word: string): string {
  if (hasHiddenCharacters(word)) return `$'${visibly(word.replace(/['\\]/g, "\\$&"))}'`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
