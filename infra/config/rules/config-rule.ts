import type { KeyPath } from "../key-path.ts";
import type { Fix } from "../problems/fix.ts";
import type { Stage, StageConfig } from "../schema/stage-config.ts";

/** Blocks with every key optional, and lists in which each entry keeps its place and may be absent. */
type Readable<T> = T extends readonly (infer Entry)[]
  ? readonly (Readable<Entry> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Readable<T[K]> | undefined }
    : T;

/**
 * What could be read of a stage's config. Whatever is missing or malformed is absent, and told by the schema, so that one
 * bad value hides no other problem: a rule is silent about what it cannot read.
 */
export type ReadableConfig = Readable<StageConfig>;

/** A rule that a value breaks. */
export interface Breach {
  /** The key to mend. */
  readonly path: KeyPath;
  /** What holds there, and why. */
  readonly rule: string;
  readonly fix: Fix;
}

/** A rule that no single value can show to hold: it looks at several, or at the stage. */
export type ConfigRule = (config: ReadableConfig, stage: Stage) => readonly Breach[];
