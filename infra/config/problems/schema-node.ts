import { z } from "zod";
import type { KeyPath } from "../key-path.ts";
import { stageConfigSchema } from "../schema/stage-config.ts";

/** What is asked of the JSON Schema of one value. */
export interface SchemaNode {
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  readonly description?: string;
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly propertyNames?: SchemaNode;
  readonly additionalProperties?: SchemaNode | false;
  readonly required?: readonly string[];
  readonly default?: unknown;
}

let cached: SchemaNode | undefined;

/**
 * The config schema as JSON Schema, as a person writes it: what has a default may be left out.
 *
 * Made on first use, since only a refusal needs it.
 */
export function rootNode(): SchemaNode {
  cached ??= z.toJSONSchema(stageConfigSchema, { io: "input", target: "draft-7" }) as SchemaNode;
  return cached;
}

/** The schema of the value at a path; `undefined` where no key of that path is known. */
export function nodeAt(path: KeyPath): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((node, part) => {
    if (typeof part === "number") return node?.items;
    const other = node?.additionalProperties;
    const known = node?.properties;
    if (known !== undefined && Object.hasOwn(known, part)) return known[part];
    return other === false ? undefined : other;
  }, rootNode());
}
