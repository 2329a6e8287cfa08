import { z } from "zod";
import { hasHiddenCharacters, visibly } from "../../../rollout/plain-text.ts";
import { commandKey, fileKey, type KeyPath, stackFileName } from "../config-keys.ts";
import { type Stage, schemaAt } from "../schema/stage-config.ts";
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
 * Every command names its stack, because the other stack may be the selected one.
 */
export function fixText(fix: Fix, path: KeyPath, stage: Stage): string {
  if ("set" in fix) return setCommand(path, stage, fix.set);
  if ("choose" in fix) return setCommand(path, stage, undefined, fix.choose);
  if ("setSecret" in fix) return command(["set", "--stack", stage, "--secret"], path);
  if ("remove" in fix) return command(["rm", "--stack", stage], path);
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

function setCommand(path: KeyPath, stage: Stage, value: Scalar | undefined, choice?: string): string {
  const type = typeToSay(path, value);
  const flags = type === undefined ? [] : ["--type", type];
  const word = value === undefined ? `<${choice}>` : shellWord(String(value));
  return `${command(["set", "--stack", stage, ...flags], path)} ${word}`;
}

function command(words: readonly string[], path: KeyPath): string {
  return ["pulumi config", ...words, ...(path.length > 1 ? ["--path"] : []), shellWord(commandKey(path))].join(" ");
}

/**
 * The type for `pulumi config set --type`, where the command would save another type than the key has. Without `--path` it
 * saves every value as text. With `--path` it saves what looks like a whole number, or like true or false, as that.
 *
 * @param value what will be set; `undefined` where a person chooses it, so that it may look like anything
 */
function typeToSay(path: KeyPath, value: Scalar | undefined): string | undefined {
  const schema = schemaAt(path);
  const isTopLevel = path.length === 1;
  if (schema instanceof z.ZodBoolean) return isTopLevel ? "bool" : undefined;
  if (schema instanceof z.ZodNumber) {
    const isWhole = value === undefined ? schema.format === "safeint" : Number.isInteger(value);
    if (!isWhole) return "float";
    return isTopLevel ? "int" : undefined;
  }
  const looksLikeText = value !== undefined && !/^(true|false|0|[1-9]\d*)$/.test(String(value));
  return schema instanceof z.ZodString && !isTopLevel && !looksLikeText ? "string" : undefined;
}

/** A word for bash and zsh. Characters that nobody sees are written out, in `$'…'`, so that what is copied is what is seen. */
function shellWord(word: string): string {
  if (hasHiddenCharacters(word)) return `$'${visibly(word.replace(/['\\]/g, "\\$&"))}'`;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
