import type { z } from "zod";
import { isSamePath, type KeyPath, valueAt } from "../key-path.ts";
import type { Stage } from "../schema/stage-config.ts";
import { expectation } from "./expectation.ts";
import { fileKey, fixText } from "./fix.ts";
import type { Problem } from "./problem.ts";
import { schemaFix } from "./schema-fix.ts";
import { nodeAt } from "./schema-node.ts";
import { hiddenValue, shownValue } from "./shown-value.ts";
import { type UnknownKey, unknownKey } from "./unknown-key.ts";

/** A problem and the place that it is at. */
export interface PlacedProblem {
  readonly path: KeyPath;
  readonly problem: Problem;
}

/** What the wording of a problem depends on besides the problem. */
export interface Surroundings {
  readonly stage: Stage;
  /** The config as it was given. */
  readonly raw: unknown;
  /** Whether the value at a path must not be shown. */
  readonly isSecret: (path: KeyPath) => boolean;
}

/** Given to zod as the message of every issue for which the schema has no words of its own. */
export const noOwnWords = "";

/**
 * Puts the schema's issues into words, in the order that it found them and unknown keys last.
 *
 * A missing key that an unknown one was probably meant to be is not told: it is one mistake and mending it is one edit.
 *
 * @param meantElsewhere paths of keys that stand in the file under a wrong name, besides those found here
 */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  surroundings: Surroundings,
  meantElsewhere: readonly KeyPath[],
): readonly PlacedProblem[] {
  const unknown = issues.flatMap((issue) => unknownKeysOf(issue, surroundings));
  const meant = [...meantElsewhere, ...unknown.flatMap((entry) => (entry.meant === undefined ? [] : [entry.meant]))];
  const known = issues
    .filter((issue) => issue.code !== "unrecognized_keys")
    .map((issue) => ({ issue, path: pathOf(issue) }))
    .filter(({ path }) => valueAt(surroundings.raw, path) !== undefined || !meant.some((key) => isSamePath(key, path)))
    .map(({ issue, path }) => ({ path, problem: valueProblem(issue, path, surroundings) }));
  return [...known, ...unknown];
}

function unknownKeysOf(issue: z.core.$ZodIssue, { stage }: Surroundings): readonly (UnknownKey & PlacedProblem)[] {
  if (issue.code !== "unrecognized_keys") return [];
  const block = pathOf(issue);
  return issue.keys.map((name) => ({ ...unknownKey(block, name, stage), path: [...block, name] }));
}

function pathOf(issue: z.core.$ZodIssue): KeyPath {
  return issue.path.map((part) => (typeof part === "number" ? part : String(part)));
}

function valueProblem(issue: z.core.$ZodIssue, path: KeyPath, { stage, raw, isSecret }: Surroundings): Problem {
  const value = valueAt(raw, path);
  const isHidden = value !== undefined && isSecret(path);
  const place = { key: fileKey(path), value: isHidden ? hiddenValue : shownValue(value) };
  if (issue.code === "invalid_key") {
    return { ...place, rule: `its name must be ${issue.issues[0]?.message}`, fix: fixText(renamed(path), path, stage) };
  }
  const node = nodeAt(path) ?? {};
  const words = issue.message === noOwnWords ? expectation(node) : issue.message;
  const rule = value === undefined ? `required: ${words}` : words;
  const fix =
    path[0] === "applicationSecrets" && path.length > 1
      ? ({ setSecret: true } as const)
      : schemaFix(path, isHidden ? undefined : value, node);
  return { ...place, rule, fix: fixText(fix, path, stage) };
}

/** The environment variable that a secret's name was probably meant to be: `stripeKey` is `STRIPE_KEY`. */
function renamed(path: KeyPath) {
  const name = String(path.at(-1))
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/\W+/g, "_")
    .toUpperCase();
  return /^[A-Z]/.test(name) ? { rename: name } : ({ remove: true } as const);
}
