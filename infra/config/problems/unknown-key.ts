import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { visibly } from "../../../rollout/plain-text.ts";
import { fileKey, formatKeyPath, type KeyPath, parseKeyPath, valueAt } from "../config-keys.ts";
import { andList } from "../schema/primitives.ts";
import { type Stage, schemaAt, shapeOf, stageConfigSchema } from "../schema/stage-config.ts";
import type { PlacedProblem } from "./config-error.ts";
import { type Fix, fixText } from "./fix.ts";

/** What a problem shows as the value of a key that the schema does not have. A secret may stand under a misspelt name. */
export const notAKnownKey = "not a known key";

/**
 * Refuses a key that the schema does not have.
 *
 * @param block the block that the key stands in, empty for the top level
 */
export function unknownKey(
  block: KeyPath,
  name: string,
  { stage, raw }: { readonly stage: Stage; readonly raw: unknown },
): PlacedProblem {
  const path = [...block, name];
  const siblings = Object.keys(shapeOf(schemaAt(block)));
  const refuse = (rule: string, ...fixes: readonly (readonly [Fix, KeyPath])[]) => ({
    key: fileKey(path),
    value: notAKnownKey,
    rule,
    fix: fixes.map(([fix, place]) => fixText(fix, place, stage)).join("\n"),
  });

  const unlessSet = (key: KeyPath) => (valueAt(raw, key) === undefined ? key : undefined);

  const near = nearestKey(name, siblings);
  if (near !== undefined) {
    const meant = unlessSet([...block, near]);
    const fix = meant === undefined ? { moveTo: near } : { rename: near };
    return { path, problem: refuse(`did you mean ${near}?`, [fix, path]), meant };
  }
  const inside = block.length === 0 ? pathInsideBlock(name) : undefined;
  const other = inside ?? sameKeyElsewhere(name);
  if (other === undefined) {
    return { path, problem: refuse(`the known keys here are ${andList(siblings)}`, [{ remove: true }, path]) };
  }
  const rule =
    inside === undefined
      ? `did you mean ${formatKeyPath(other)}?`
      : `${visibly(name)} is a key inside the block ${inside[0]}`;
  // Set first: a missing value that has another name is not told of before the other name is gone.
  const problem = refuse(rule, [{ choose: "value" }, other], [{ remove: true }, path]);
  return { path, problem, meant: unlessSet(other) };
}

/**
 * The known key that a misspelt one was most likely meant to be, if one is near: at most a third of the longer word's
 * letters differ, or the letters are the same in another order. Upper and lower case count as the same. A wilder guess
 * would mislead.
 */
export function nearestKey(unknown: string, known: readonly string[]): string | undefined {
  const near = known
    .map((key) => ({ key, apart: distance(unknown.toLowerCase(), key.toLowerCase()) }))
    .filter(({ key, apart }) => {
      const mostApart = Math.max(1, Math.floor(Math.max(key.length, unknown.length) / 3));
      return apart <= mostApart || sortedLetters(key) === sortedLetters(unknown);
    })
    .sort((one, other) => one.apart - other.apart);
  return near[0]?.key;
}

function sortedLetters(word: string): string {
  return [...word.toLowerCase()].sort().join("");
}

/** `database.multiAz` as one top-level key: what `pulumi config set database.multiAz true` makes without `--path`. */
function pathInsideBlock(name: string): KeyPath | undefined {
  if (!/^[\w-]+[.[]/.test(name)) return undefined;
  try {
    const path = parseKeyPath(name);
    return schemaAt(path) === undefined || formatKeyPath(path) !== name ? undefined : path;
  } catch {
    return undefined;
  }
}

/** The path of a key of exactly this name in another block, if there is only one. */
function sameKeyElsewhere(name: string): KeyPath | undefined {
  const [place, ...others] = pathsIn(stageConfigSchema, []).filter((path) => path.at(-1) === name);
  return others.length === 0 ? place : undefined;
}

function pathsIn(schema: z.core.$ZodType, prefix: KeyPath): readonly KeyPath[] {
  return Object.entries(shapeOf(schema)).flatMap(([name, member]) => {
    const path = [...prefix, name];
    return [path, ...pathsIn(member, path)];
  });
}
