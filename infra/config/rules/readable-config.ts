import { z } from "zod";
import { isBlock, isSamePath, type KeyPath } from "../config-keys.ts";
import type { Fix } from "../problems/fix.ts";
import { withoutWrappers } from "../schema/primitives.ts";
import { type Stage, type StageConfig, shapeOf, stageConfigSchema } from "../schema/stage-config.ts";

/** Blocks with every key optional, and lists in which each entry keeps its place and may be absent. */
type Readable<T> = T extends readonly (infer Entry)[]
  ? readonly (Readable<Entry> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Readable<T[K]> | undefined }
    : T;

/**
 * What could be read of a stage's config. A value that is missing or refused is absent, because the schema reports it. So one
 * bad value hides no other problem: a rule says nothing about what it cannot read.
 */
export type ReadableConfig = Readable<StageConfig>;

/** A value that breaks a rule. */
export interface Breach {
  /** The key to fix. */
  readonly path: KeyPath;
  /** What holds there, and why: a phrase that goes on from the key. */
  readonly rule: string;
  readonly fix: Fix;
}

/** A rule about several values together, or about one stage. */
export type ConfigRule = (config: ReadableConfig, stage: Stage) => readonly Breach[];

/**
 * What can be read of a config that the schema refuses: the values that it knows and accepts, with the defaults of what is
 * missing. Entries of a list keep their places.
 *
 * @param refused paths of the values that the schema refuses
 */
export function readablePart(raw: unknown, refused: readonly KeyPath[]): ReadableConfig {
  const isRefused = (path: KeyPath) => refused.some((other) => isSamePath(other, path));
  // The schema accepted each of these values by itself. No type of zod's says so of a part.
  return (readable(raw, stageConfigSchema, [], isRefused) ?? {}) as ReadableConfig;
}

function readable(
  value: unknown,
  schema: z.core.$ZodType,
  path: KeyPath,
  isRefused: (path: KeyPath) => boolean,
): unknown {
  if (isRefused(path)) return undefined;
  if (value === undefined) return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  const present = withoutWrappers(schema);
  if (present instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((entry, index) => readable(entry, present.element, [...path, index], isRefused));
  }
  if (!isBlock(value)) return value;
  return Object.fromEntries(
    members(present, value).map(([key, member]) => [key, readable(value[key], member, [...path, key], isRefused)]),
  );
}

function members(
  schema: z.core.$ZodType,
  value: Readonly<Record<string, unknown>>,
): readonly (readonly [string, z.core.$ZodType])[] {
  if (schema instanceof z.ZodRecord) return Object.keys(value).map((key) => [key, schema.valueType]);
  return Object.entries(shapeOf(schema));
}
