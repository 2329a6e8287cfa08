import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { formatKeyPath, type KeyPath, valueAt } from "../../../infra/config/config-keys.ts";
import { parseYaml } from "../../../infra/config/parse-yaml.ts";
import { ConfigError, type Problem, shownValue } from "../../../infra/config/problems/config-error.ts";
import { nearestKey } from "../../../infra/config/problems/unknown-key.ts";
import { type Scenario, scenarioSchema } from "./scenario-schema.ts";

const ending = ".yaml";

/** Where the project's scenarios are, below the project's folder. */
export const scenariosFolder = "rehearsal/scenarios";

/**
 * Reads all scenarios of a folder, in the order of their names.
 *
 * @throws {ConfigError} for the first file that is wrong, with all that is wrong in it
 */
export function readScenarios(folder: string): readonly Scenario[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(ending));
  return files.toSorted().map((name) => readScenario(join(folder, name)));
}

/**
 * Reads one scenario.
 *
 * @throws {ConfigError} that tells every problem at once: key, value, rule and fix
 */
export function readScenario(path: string): Scenario {
  const file = basename(path);
  const raw = parseYaml({ name: file, text: readFileSync(path, "utf8") });
  const parsed = scenarioSchema.safeParse(raw);
  if (!parsed.success)
    throw new ConfigError(
      file,
      parsed.error.issues.flatMap((issue) => problemsOf(issue, raw)),
    );
  return { ...parsed.data, name: basename(path, ending) };
}

function problemsOf(issue: z.core.$ZodIssue, raw: unknown): readonly Problem[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys") return issue.keys.map((name) => unknown(path, name));
  const value = valueAt(raw, path);
  const key = path.length === 0 ? "the file" : formatKeyPath(path);
  const rule = `${value === undefined ? "is required and " : ""}must be ${issue.message}`;
  return [{ key, value: shownValue(value), rule, fix: `write ${issue.message}` }];
}

function unknown(block: KeyPath, name: string): Problem {
  const known = keysAt(block);
  const near = nearestKey(name, known);
  return {
    key: formatKeyPath([...block, name]),
    value: "not a known key",
    rule: near === undefined ? `the known keys here are ${known.join(", ")}` : `did you mean ${near}?`,
    fix: near === undefined ? `remove ${name}` : `write ${near} instead of ${name}`,
  };
}

/** The keys that a block of the file may have. */
function keysAt(block: KeyPath): readonly string[] {
  let schema: unknown = scenarioSchema;
  for (const part of block) {
    const inner = unwrapped(schema);
    if (inner instanceof z.ZodArray) schema = inner.element;
    else if (inner instanceof z.ZodObject) schema = inner.shape[String(part)];
  }
  const found = unwrapped(schema);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodUnion) return unwrapped(schema.options.find((one) => one instanceof z.ZodObject));
  return schema;
}

/**
 * The scenarios of these names.
 *
 * @throws {RangeError} naming the one that there is not, and which was probably meant
 */
export function scenariosNamed(all: readonly Scenario[], names: readonly string[]): readonly Scenario[] {
  return names.map((name) => {
    const found = all.find((scenario) => scenario.name === name);
    if (found !== undefined) return found;
    const near = nearestKey(
      name,
      all.map((scenario) => scenario.name),
    );
    const meant = near === undefined ? "" : ` Did you mean ${near}?`;
    throw new RangeError(`There is no scenario ${name}.${meant} npm run rehearse -- --list names all ${all.length}.`);
  });
}

/** The scenarios as a list: name, stage and what happens. */
export function listScenarios(all: readonly Scenario[]): string {
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  return all.map(({ name, stage, title }) => `${name.padEnd(width)}  ${title} (${stage})\n`).join("");
}
