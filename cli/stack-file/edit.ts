import { isMap, isScalar, type Pair, parseDocument, type Scalar, type YAMLMap } from "yaml";
import { yamlMistake } from "../../infra/config/parse-yaml.ts";
import { alsoAcceptedSigningKey, signingKey } from "../../infra/config/schema/application.ts";
import {
  candidateWeight,
  liveColour,
  rolloutOverride,
  rolloutOverrideAllows,
} from "../../infra/config/schema/rollout.ts";
import type { Colour } from "../../rollout/colour.ts";
import { visibly } from "../../rollout/plain-text.ts";
import { setValue } from "./set-value.ts";
import { findPair, fullKey, lineEnd, lineStart, rangeOf, removal, type Splice, scalarText } from "./yaml-text.ts";

/** The settings of a stack file that a rollout changes. What is absent stays as it is. */
export interface SettingsEdit {
  readonly liveColour?: Colour;
  /** Per cent of public traffic for the candidate, a whole number from 0 to 100. */
  readonly candidateWeight?: number;
  /** The written reason, or null to remove its line. */
  readonly rolloutOverride?: string | null;
  /** What the reason allows, as the file lists it, or null to remove its line. */
  readonly rolloutOverrideAllows?: string | null;
  /** Number of the generated key that signs. */
  readonly signingKey?: number;
  /** Number of another key whose signatures are accepted, or null to remove its line. */
  readonly alsoAcceptedSigningKey?: number | null;
  /** The colour whose image is removed, so that it runs no tasks. */
  readonly retiredColour?: Colour;
  /** The backup that the database is created from. */
  readonly restoreFrom?: { readonly sourceInstanceIdentifier: string; readonly restoreTime: string };
}

const schemas = {
  liveColour,
  candidateWeight,
  rolloutOverride,
  rolloutOverrideAllows,
  signingKey,
  alsoAcceptedSigningKey,
};

/** In the order in which missing ones are written. */
const settings = [
  "liveColour",
  "candidateWeight",
  "rolloutOverride",
  "rolloutOverrideAllows",
  "signingKey",
  "alsoAcceptedSigningKey",
] as const;

type Setting = (typeof settings)[number];

const examples: Readonly<Record<Setting, string>> = {
  liveColour: "blue",
  candidateWeight: "25",
  rolloutOverride: '"a reason"',
  rolloutOverrideAllows: "warm",
  signingKey: "2",
  alsoAcceptedSigningKey: "1",
};

/**
 * Changes the rollout's settings in the text of a stack file.
 *
 * The values are found in the parsed document and replaced in the text itself, so that every other byte stays: comments,
 * order, quotes, blank lines and line endings. A value keeps its quotes. A missing setting is written on a line of its own
 * after `candidateWeight`, which itself must be there, because the rollout's number has no default.
 *
 * @param text the whole of a `Pulumi.<stage>.yaml`
 * @returns the new text; `text` itself if nothing differs
 * @throws {RangeError} for a new value that the config's schema refuses, and for a file in which a setting is not a plain
 * value on a line of its own; the message names the key and what to write
 */
export function editStackFile(text: string, edit: SettingsEdit): string {
  checkValues(edit);
  const config = configBlock(text);
  const splices = settings.flatMap((name) => {
    const value = edit[name];
    return value === undefined ? [] : (spliceFor(text, config, name, value) ?? []);
  });
  const retired = edit.retiredColour === undefined ? undefined : removeImage(text, config, edit.retiredColour);
  // From the end of the text, so that no splice moves another. Of several at one place the last is applied first.
  const edited = [...splices, ...(retired === undefined ? [] : [retired])]
    .toReversed()
    .toSorted((one, other) => other.start - one.start)
    .reduce((current, { start, end, text }) => current.slice(0, start) + text + current.slice(end), text);
  return edit.restoreFrom === undefined ? edited : setRestoreFrom(edited, edit.restoreFrom);
}

/** Names an instance and a moment; a snapshot that is named would contradict them. */
function setRestoreFrom(
  text: string,
  { sourceInstanceIdentifier, restoreTime }: Required<SettingsEdit>["restoreFrom"],
) {
  const path = ["database", "restoreFrom"];
  const named = setValue(text, [...path, "sourceInstanceIdentifier"], sourceInstanceIdentifier);
  const timed = setValue(named, [...path, "restoreTime"], restoreTime);
  const database = findPair(configBlock(timed), "database")?.value;
  const snapshot = [...path, "snapshotIdentifier"];
  return isMap(database) && database.hasIn(snapshot.slice(1)) ? setValue(timed, snapshot, undefined) : timed;
}

function checkValues(edit: SettingsEdit): void {
  for (const name of settings) {
    const value = edit[name];
    if (value === undefined || value === null) continue;
    const words = schemas[name].safeParse(value).error?.issues[0]?.message;
    if (words !== undefined) {
      throw new RangeError(
        `${fullKey(name)} cannot be set to ${visibly(JSON.stringify(value))}: it must be ${words}. Nothing was changed.`,
      );
    }
  }
}

function configBlock(text: string): YAMLMap {
  const document = parseDocument(text, { logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) throw new RangeError(`The stack file is not valid YAML: ${yamlMistake(error)}`);
  const config = document.get("config");
  if (isMap(config) && config.flow !== true) return config;
  throw new RangeError('The stack file needs a "config:" block with one setting a line. Nothing was changed.');
}

function spliceFor(text: string, config: YAMLMap, name: Setting, value: string | number | null): Splice | undefined {
  const pair = findPair(config, name);
  if (pair === undefined) return value === null ? undefined : insertion(text, config, name, value);
  const scalar = plainValue(text, pair, name);
  const [start, end] = rangeOf(scalar);
  if (value === null) return removal(text, rangeOf(pair.key)[0], end);
  if (String(scalar.value) === String(value)) return undefined;
  if (start < end) return { start, end, text: scalarText(value, scalar.type, text.slice(start, end)) };
  const behindColon = text.indexOf(":", rangeOf(pair.key)[1]) + 1;
  return { start: behindColon, end: behindColon, text: ` ${scalarText(value)}` };
}

function plainValue(text: string, pair: Pair, name: Setting): Scalar {
  const { key, value } = pair;
  const example = examples[name];
  const indent = isScalar(key) ? text.slice(lineStart(text, rangeOf(key)[0]), rangeOf(key)[0]) : "?";
  if (isScalar(value) && value.anchor === undefined && value.tag === undefined && indent.trim() === "") return value;
  throw new RangeError(
    `${fullKey(name)} in the stack file must be a plain value on a line of its own, such as "${fullKey(name)}: ${example}". Nothing was changed.`,
  );
}

function insertion(text: string, config: YAMLMap, name: Setting, value: string | number): Splice {
  const weight = name === "candidateWeight" ? undefined : findPair(config, "candidateWeight");
  if (weight === undefined) {
    throw new RangeError(
      `The stack file has no ${fullKey("candidateWeight")}, which has no default. Write the deployed weight there. Nothing was changed.`,
    );
  }
  const keyStart = rangeOf(weight.key)[0];
  const indent = text.slice(lineStart(text, keyStart), keyStart);
  const newLine = text.includes("\r\n") ? "\r\n" : "\n";
  const valueEnd = rangeOf(plainValue(text, weight, "candidateWeight"))[1];
  const at = lineEnd(text, valueEnd);
  const line = `${indent}${fullKey(name)}: ${scalarText(value)}`;
  return { start: at, end: at, text: text[at - 1] === "\n" ? line + newLine : newLine + line };
}

/**
 * Removes a colour's image from `images`, and leaves the rest of the block as it is. Without the last image it is `{}`.
 *
 * @returns undefined if the file names none
 * @throws {RangeError} for an `images` that is not a block of colours with a plain value each
 */
function removeImage(text: string, config: YAMLMap, colour: Colour): Splice | undefined {
  const images = findPair(config, "images");
  if (images === undefined || isEmpty(images.value)) return undefined;
  const map = images.value;
  if (!isMap(map) || map.anchor !== undefined || map.tag !== undefined || !map.items.every(isPlainPair)) {
    throw new RangeError(
      `${fullKey("images")} in the stack file must be a block of colours, such as "{ blue: sha256:… }". Nothing was changed.`,
    );
  }
  const pairs: readonly Pair[] = map.items;
  const removed = pairs.find(({ key }) => isScalar(key) && key.value === colour);
  if (removed === undefined) return undefined;
  const kept = pairs.filter((pair) => pair !== removed);
  if (map.flow === true) return flowReplacement(text, map, kept);
  const keyStart = rangeOf(removed.key)[0];
  if (kept.length > 0) return removal(text, keyStart, endOf(removed));
  const behindColon = text.indexOf(":", rangeOf(images.key)[1]) + 1;
  // Only comments are between them.
  const between = text.slice(behindColon, lineStart(text, keyStart));
  return { start: behindColon, end: lineEnd(text, endOf(removed)), text: ` {}${between}` };
}

function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

/** Only a plain value can be removed by its place. Not one that others refer to, and no list or block. */
function isPlainPair({ value }: Pair): boolean {
  return value === null || (isScalar(value) && isPlain(value));
}

function isPlain({ anchor, tag }: Scalar): boolean {
  return anchor === undefined && tag === undefined;
}

function flowReplacement(text: string, map: YAMLMap, kept: readonly Pair[]): Splice {
  const [start, end] = map.range ?? [0, 0];
  const entries = kept.map((pair) => text.slice(rangeOf(pair.key)[0], endOf(pair)));
  return { start, end, text: entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }` };
}

function endOf({ key, value }: Pair): number {
  return isScalar(value) && value.range ? value.range[1] : rangeOf(key)[1];
}
