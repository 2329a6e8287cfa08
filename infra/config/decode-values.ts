import { z } from "zod";
import { visibly } from "../../rollout/plain-text.ts";
import { fileKey, projectName, stackFileName, valueAt } from "./config-keys.ts";
import type { PlacedProblem } from "./problems/config-error.ts";
import { nearestKey, notAKnownKey } from "./problems/unknown-key.ts";
import { type Stage, schemaAt } from "./schema/stage-config.ts";

/** The project's own values of a stack, decoded, and those of its keys that are in a wrong namespace. */
export interface DecodedValues {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly misplaced: readonly PlacedProblem[];
}

/** Keys of providers that have the name of one of ours. */
const providersOwnKeys: readonly string[] = ["postgresql:database"];

/**
 * Decodes what `pulumi.runtime.allConfig()` returns: every value as text, scalars bare and blocks as JSON.
 *
 * Keys of other namespaces are providers' settings. Only those that have the name of one of ours are judged here.
 */
export function decodeValues(values: Readonly<Record<string, string>>, stage: Stage): DecodedValues {
  const keys = Object.entries(values).map(([key, text]) => ({ key, text, ...splitKey(key) }));
  const own = keys.filter(({ namespace }) => namespace === projectName);
  const raw = Object.fromEntries(own.map(({ name, text }) => [name, decode(name, text)]));
  const misplaced = keys.filter(isMisplaced).map(({ key, name }) => misplacedKey(key, name, raw, stage));
  return { raw, misplaced };
}

function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const colon = key.indexOf(":");
  return { namespace: key.slice(0, colon), name: key.slice(colon + 1) };
}

function decode(name: string, text: string): unknown {
  const schema = schemaAt([name]);
  if (schema === undefined || isText(schema)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether the value is text: then `123` stays text, too. */
function isText(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodLiteral) return [...schema.values].every((value) => typeof value === "string");
  return schema instanceof z.ZodString;
}

function isMisplaced({ key, namespace, name }: { key: string; namespace: string; name: string }): boolean {
  if (namespace === projectName || providersOwnKeys.includes(key)) return false;
  return schemaAt([name]) !== undefined || nearestKey(namespace, [projectName]) !== undefined;
}

function misplacedKey(key: string, name: string, raw: DecodedValues["raw"], stage: Stage): PlacedProblem {
  const own = fileKey([name]);
  const shown = visibly(key);
  const isSet = valueAt(raw, [name]) !== undefined;
  const fix = isSet ? `move the value of ${shown} to ${own}, which is set already` : `rename ${shown} to ${own}`;
  const problem = {
    key: shown,
    value: notAKnownKey,
    rule: `keys of this project begin with ${projectName}:`,
    fix: `in ${stackFileName(stage)}, ${fix}`,
  };
  return { path: [key], problem, meant: isSet ? undefined : [name] };
}
