import { z } from "zod";
import { fileKey, isSamePath, type KeyPath, valueAt } from "../config-keys.ts";
import { type Stage, schemaAt } from "../schema/stage-config.ts";
import { hiddenValue, type PlacedProblem, type Problem, shownValue } from "./config-error.ts";
import { type Fix, fixText, type Scalar } from "./fix.ts";
import { skeleton } from "./skeleton.ts";
import { nearestKey, unknownKey } from "./unknown-key.ts";

/** A stack's config as it was read, and what the wording of its problems depends on. */
export interface Reading {
  readonly stage: Stage;
  /** The project's own values, decoded, as they were given. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Whether the value at a path must not be shown. */
  readonly isSecret: (path: KeyPath) => boolean;
}

/**
 * The problems that the schema finds: in its order, with unknown keys last.
 *
 * A missing key is left out where an unknown key is probably its misspelt name: that is one mistake with one fix.
 *
 * @param misplaced keys that were found to be in another namespace
 */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  reading: Reading,
  misplaced: readonly PlacedProblem[],
): readonly PlacedProblem[] {
  const unknown = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((name) => unknownKey(pathOf(issue), name, reading)) : [],
  );
  const isMeant = (path: KeyPath) =>
    [...misplaced, ...unknown].some(({ meant }) => meant !== undefined && isSamePath(meant, path));
  const known = issues
    .filter((issue) => issue.code !== "unrecognized_keys")
    .map((issue) => ({ issue, path: pathOf(issue) }))
    .filter(({ path }) => !isMeant(path))
    .map(({ issue, path }) => ({ path, problem: valueProblem(issue, path, reading) }));
  return [...known, ...unknown];
}

function pathOf(issue: z.core.$ZodIssue): KeyPath {
  return issue.path.map((part) => (typeof part === "number" ? part : String(part)));
}

function valueProblem(issue: z.core.$ZodIssue, path: KeyPath, { stage, raw, isSecret }: Reading): Problem {
  const value = valueAt(raw, path);
  const isHidden = value !== undefined && isSecret(path);
  const place = { key: fileKey(path), value: isHidden ? hiddenValue : shownValue(value) };
  if (issue.code === "invalid_key") {
    const rule = `its name must be ${issue.issues[0]?.message}`;
    return { ...place, rule, fix: fixText(rightName(path), path, stage) };
  }
  const rule = `${value === undefined ? "is required and " : ""}must be ${issue.message}`;
  return { ...place, rule, fix: fixText(fixOf(path, isHidden ? undefined : value), path, stage) };
}

/** The environment variable that a secret's name was probably meant to be: `stripeKey` is `STRIPE_KEY`. */
function rightName(path: KeyPath): Fix {
  const name = String(path.at(-1))
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/\W+/g, "_")
    .toUpperCase();
  return /^[A-Z]/.test(name) ? { rename: name } : { remove: true };
}

/** @param value what is there; `undefined` where nothing is, and for a secret */
function fixOf(path: KeyPath, value: unknown): Fix {
  if (path[0] === "applicationSecrets") return path.length > 1 ? { setSecret: true } : { remove: true };
  const schema = schemaAt(path) ?? z.unknown();
  if (schema instanceof z.ZodObject || schema instanceof z.ZodArray) return { write: skeleton(schema) };
  const choices = choicesOf(schema);
  const meant = meanings(value, choices).find((meaning) => z.safeParse(schema, meaning).success);
  return meant === undefined ? { choose: choices.join("|") || "value" } : { set: meant };
}

function choicesOf(schema: z.core.$ZodType): readonly Scalar[] {
  if (schema instanceof z.ZodBoolean) return [true, false];
  return schema instanceof z.ZodLiteral ? [...schema.values].filter(isScalar) : [];
}

function isScalar(value: unknown): value is Scalar {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** What a value of the wrong type, or a misspelt word, may have been meant to be. */
function meanings(value: unknown, choices: readonly Scalar[]): readonly Scalar[] {
  // A number below 0 would be taken for a flag of the command.
  if (typeof value === "number") return value < 0 ? [] : [String(value)];
  if (typeof value !== "string") return [];
  const words = choices.filter((choice) => typeof choice !== "number");
  const near = nearestKey(value, words.map(String));
  const numbers = /^\d+(\.\d+)?$/.test(value) ? [Number(value)] : [];
  return [...words.filter((word) => String(word) === near), ...numbers];
}
