import type { z } from "zod";
import type { KeyPath } from "./key-path.ts";
import { stackFileName } from "./problems/fix.ts";
import { nearestKey } from "./problems/nearest-key.ts";
import type { Problem } from "./problems/problem.ts";
import { projectName } from "./project-name.ts";
import { type Stage, stageConfigSchema } from "./schema/stage-config.ts";

/** The project's own values of a stack, decoded, and the keys that stand in a wrong namespace. */
export interface DecodedValues {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly misplaced: readonly { readonly problem: Problem; readonly meant: KeyPath }[];
}

/** Keys of providers that happen to have the name of one of ours. */
const providersOwnKeys: readonly string[] = ["postgresql:database"];

/**
 * Decodes what `pulumi.runtime.allConfig()` returns: every value as text, scalars bare and blocks as JSON.
 *
 * Keys of other namespaces are providers' settings and are left alone, unless one of ours stands there by mistake.
 */
export function decodeValues(values: Readonly<Record<string, string>>, stage: Stage): DecodedValues {
  const keys = Object.entries(values).map(([key, text]) => ({ key, text, ...splitKey(key) }));
  const own = keys.filter(({ namespace }) => namespace === projectName);
  return {
    raw: Object.fromEntries(own.map(({ name, text }) => [name, decode(name, text)])),
    misplaced: keys
      .filter(isMisplaced)
      .map(({ key, name }) => ({ problem: misplacedKey(key, name, stage), meant: [name] })),
  };
}

function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const colon = key.indexOf(":");
  return { namespace: key.slice(0, colon), name: key.slice(colon + 1) };
}

function decode(name: string, text: string): unknown {
  const schema: z.core.$ZodType | undefined = isKnown(name) ? stageConfigSchema.shape[name] : undefined;
  if (schema === undefined || holdsText(schema)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isKnown(name: string): name is keyof typeof stageConfigSchema.shape {
  return Object.hasOwn(stageConfigSchema.shape, name);
}

/** Whether the value is text: then `123` stays text, too. */
function holdsText(schema: z.core.$ZodType): boolean {
  const definition: z.core.$ZodTypeDef & { readonly innerType?: z.core.$ZodType } = schema._zod.def;
  if (definition.innerType !== undefined) return holdsText(definition.innerType);
  return definition.type === "string" || definition.type === "enum";
}

function isMisplaced({ key, namespace, name }: { key: string; namespace: string; name: string }): boolean {
  if (namespace === projectName || providersOwnKeys.includes(key)) return false;
  return isKnown(name) || nearestKey(namespace, [projectName]) !== undefined;
}

function misplacedKey(key: string, name: string, stage: Stage): Problem {
  return {
    key,
    value: "not a known key",
    rule: `this project's keys stand under ${projectName}:`,
    fix: `in ${stackFileName(stage)}, rename ${key} to ${projectName}:${name}`,
  };
}
