import { z } from "zod";
import { type KeyPath, projectName } from "../config-keys.ts";
import { withoutWrappers, wordsOf } from "../schema/primitives.ts";

/**
 * The YAML to write for a value, with `<what goes there>` in place of every single value.
 *
 * @returns lines; a block has its required keys, or all where none is required, and a list as few entries as it may have
 */
export function skeleton(schema: z.core.$ZodType): readonly string[] {
  if (schema instanceof z.ZodArray) {
    const entry = asEntry(skeleton(schema.element));
    return Array.from({ length: fewestEntries(schema) }).flatMap(() => entry);
  }
  if (!(schema instanceof z.ZodObject)) return [`<${wordsOf(schema)}>`];
  const members = Object.entries<z.core.$ZodType>(schema.shape);
  const required = members.filter(([, member]) => !z.safeParse(member, undefined).success);
  return (required.length > 0 ? required : members).flatMap(([name, member]) =>
    keyLines(name, withoutWrappers(member)),
  );
}

function fewestEntries(schema: z.ZodArray): number {
  return schema.def.checks?.find((check) => check instanceof z.core.$ZodCheckMinLength)?._zod.def.minimum ?? 1;
}

function keyLines(name: string, schema: z.core.$ZodType): readonly string[] {
  const lines = skeleton(schema);
  return schema instanceof z.ZodObject || schema instanceof z.ZodArray ? below(name, lines) : [`${name}: ${lines[0]}`];
}

/** Lines of YAML below the keys that lead to them. An entry of a list is written without those keys. */
export function atPath(path: KeyPath, lines: readonly string[]): readonly string[] {
  if (typeof path.at(-1) === "number") return asEntry(lines);
  const [first, ...inner] = path;
  return [`${projectName}:${first}`, ...inner].reduceRight<readonly string[]>(
    (deeper, key) => below(String(key), deeper),
    lines,
  );
}

function below(key: string, lines: readonly string[]): readonly string[] {
  return [`${key}:`, ...lines.map((line) => `  ${line}`)];
}

function asEntry(lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `${index === 0 ? "- " : "  "}${line}`);
}
