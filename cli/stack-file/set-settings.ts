import { z } from "zod";
import { editSettings } from "../../infra/config/apply-settings.ts";
import { formatKeyPath, type KeyPath, parseKeyPath, projectName } from "../../infra/config/config-keys.ts";
import { parseYaml } from "../../infra/config/parse-yaml.ts";
import { ConfigError, type Problem } from "../../infra/config/problems/config-error.ts";
import { notAKnownKey } from "../../infra/config/problems/unknown-key.ts";
import { readStageConfig } from "../../infra/config/read-stage-config.ts";
import { type Stage, schemaAt } from "../../infra/config/schema/stage-config.ts";
import { parseStackFile, type StackSettings } from "../../infra/config/stack-file.ts";
import { setValue } from "./set-value.ts";

/** One value to set. */
export interface Setting {
  readonly path: KeyPath;
  /** `undefined` removes the key; `{ secure: <ciphertext> }` is an encrypted value. */
  readonly value: unknown;
}

/**
 * The path of a setting as a person types it: `images.green`, `rollout.freezeWindows[0].reason`,
 * `celebrant-portal:candidateWeight`, or a provider's key such as `vercel:apiToken`.
 *
 * @throws {RangeError} when it is not a path
 */
export function settingPath(key: string): KeyPath {
  const own = key.startsWith(`${projectName}:`) ? key.slice(projectName.length + 1) : key;
  return /^[\w-]+:/.test(own) ? [own] : parseKeyPath(own);
}

/** What a person typed, as the value that its key takes: text where text fits, otherwise as YAML. */
export function settingValue(path: KeyPath, text: string): unknown {
  const schema = schemaAt(path);
  if (schema === undefined || z.safeParse(schema, text).success) return text;
  try {
    return parseYaml({ name: `The value of ${formatKeyPath(path)}`, text });
  } catch {
    return text;
  }
}

/** A stack file's text with new values, and what is still wrong with it that was wrong before. */
export interface EditedFile {
  readonly text: string;
  readonly remaining: readonly Problem[];
}

/**
 * Sets values in the text of a stack file and judges the whole config as it would be then.
 *
 * @param stackFile name and text of the file
 * @param staging the stack file of staging, where it is at hand
 * @throws {ConfigError} for problems that the new values bring or keep. Others that the file has already are no reason, or a
 *   file with two of them could not be mended by one command after the other
 * @throws {RangeError} as {@link setValue}
 */
export function setSettings(
  stage: Stage,
  stackFile: { readonly name: string; readonly text: string },
  settings: readonly Setting[],
  staging?: StackSettings | undefined,
): EditedFile {
  const before = parseStackFile(stackFile);
  const text = settings.reduce((edited, { path, value }) => setValue(edited, path, value), stackFile.text);
  const after = parseStackFile({ name: stackFile.name, text });
  const wanted = editSettings(before, Object.fromEntries(settings.map(({ path, value }) => [keyOf(path), value])));
  if (canonical(after) !== canonical(wanted)) {
    throw new RangeError(`${stackFile.name} has a form in which not this value alone can be set. Nothing was changed.`);
  }
  const known = new Set(problemsOf(stage, before, staging).map(identity));
  const edited = settings.map(({ path }) => shown(path));
  const problems = problemsOf(stage, after, staging);
  const isOld = (problem: Problem) =>
    known.has(identity(problem)) && !(problem.value !== notAKnownKey && edited.some((key) => isAt(problem, key)));
  const broken = problems.filter((problem) => !isOld(problem));
  if (broken.length > 0) throw new ConfigError(`With this change, ${stackFile.name}`, broken);
  return { text, remaining: problems };
}

/** Whether a problem is about a value or one inside it. An unknown key may look like the path of a known one. */
function isAt({ key }: Problem, edited: string): boolean {
  return key === edited || key.startsWith(`${edited}.`) || key.startsWith(`${edited}[`);
}

function keyOf(path: KeyPath): string {
  const [first] = path;
  return path.length === 1 && String(first).includes(":") ? String(first) : formatKeyPath(path);
}

function shown(path: KeyPath): string {
  return keyOf(path).includes(":") ? keyOf(path) : `${projectName}:${keyOf(path)}`;
}

function problemsOf(stage: Stage, stackFile: StackSettings, staging: StackSettings | undefined): readonly Problem[] {
  try {
    readStageConfig({ stack: stage, project: projectName, values: stackFile.values, stackFile, staging });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function identity({ key, value, rule }: Problem): string {
  return JSON.stringify([key, value, rule]);
}

/** The same text for the same settings, in whatever order. */
function canonical({ values, encryptedPaths }: StackSettings): string {
  const decoded = Object.entries(values).map(([key, text]) => [key, /^[[{]/.test(text) ? decodedBlock(text) : text]);
  return JSON.stringify([
    sorted(Object.fromEntries(decoded)),
    encryptedPaths.map((path) => JSON.stringify(path)).toSorted(),
  ]);
}

function decodedBlock(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
