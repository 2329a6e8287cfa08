import { isMap, isScalar, type Pair, parseDocument, type Scalar, type YAMLMap } from "yaml";
import { yamlMistake } from "../../infra/config/parse-yaml.ts";
import { candidateWeight, liveColour, rolloutOverride } from "../../infra/config/schema/rollout.ts";
import type { Colour } from "../../rollout/colour.ts";
import { visibly } from "../../rollout/plain-text.ts";
import { findPair, fullKey } from "./find-pair.ts";
import { removeImage } from "./remove-image.ts";
import { scalarText } from "./scalar-text.ts";
import { lineEnd, lineStart, rangeOf, removal, type Splice } from "./text-places.ts";

/** The settings of a stack file that a rollout changes; what is absent stays as it is. */
export interface SettingsEdit {
  readonly liveColour?: Colour;
  /** Per cent of public traffic for the candidate, a whole number from 0 to 100. */
  readonly candidateWeight?: number;
  /** The written reason, or null to take its line out. */
  readonly rolloutOverride?: string | null;
  /** The colour whose image is taken out, so that it runs no tasks. */
  readonly retiredColour?: Colour;
}

const schemas = { liveColour, candidateWeight, rolloutOverride };

/** In the order in which absent ones are written. */
const settings = ["liveColour", "candidateWeight", "rolloutOverride"] as const;

type Setting = (typeof settings)[number];

/**
 * Changes the rollout's settings in the text of a stack file.
 *
 * The values are found in the parsed document and replaced in the text itself, so that every other byte stays: comments,
 * order, quotes, blank lines and line endings. A value keeps its quotes. An absent setting is written on a line of its own
 * after `candidateWeight`, which itself has to be there: no default stands for the rollout's number.
 *
 * @param text the whole of a `Pulumi.<stage>.yaml`
 * @returns the new text; `text` itself where nothing differs
 * @throws {RangeError} for a new value that the config's schema refuses, and for a file in which a setting is no plain value
 * on a line of its own; the message names the key and what to write
 */
export function editStackFile(text: string, edit: SettingsEdit): string {
  checkValues(edit);
  const config = configBlock(text);
  const splices = settings.flatMap((name) => {
    const value = edit[name];
    return value === undefined ? [] : (spliceFor(text, config, name, value) ?? []);
  });
  const retired = edit.retiredColour === undefined ? undefined : removeImage(text, config, edit.retiredColour);
  // From the end of the text, so that no splice moves another; of several at one place, the last is put in first.
  return [...splices, ...(retired === undefined ? [] : [retired])]
    .toReversed()
    .toSorted((one, other) => other.start - one.start)
    .reduce((current, { start, end, text }) => current.slice(0, start) + text + current.slice(end), text);
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
  const document = parseDocument(text, { logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) throw new RangeError(`The stack file is not valid YAML: ${yamlMistake(error)}`);
  const config = document.get("config");
  if (isMap(config) && config.flow !== true) return config;
  throw new RangeError('The stack file has no block "config:" with a setting a line. Write one; nothing was changed.');
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
  const example = name === "liveColour" ? "blue" : name === "candidateWeight" ? "25" : '"a reason"';
  const indent = isScalar(key) ? text.slice(lineStart(text, rangeOf(key)[0]), rangeOf(key)[0]) : "?";
  if (isScalar(value) && value.anchor === undefined && value.tag === undefined && indent.trim() === "") return value;
  throw new RangeError(
    `${fullKey(name)} in the stack file is no plain value on a line of its own, such as "${fullKey(name)}: ${example}". Write it so; nothing was changed.`,
  );
}

function insertion(text: string, config: YAMLMap, name: Setting, value: string | number): Splice {
  const weight = name === "candidateWeight" ? undefined : findPair(config, "candidateWeight");
  if (weight === undefined) {
    throw new RangeError(
      `The stack file has no ${fullKey("candidateWeight")}, and no default stands for it. Write the weight that is deployed; nothing was changed.`,
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
