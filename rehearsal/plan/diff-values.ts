import { isDeepStrictEqual } from "node:util";
import { Hidden, showHidden } from "./hide-secrets.ts";

/**
 * One property that differs, by its path: `actions[0].forward.targetGroups[1].weight`. A secret shows as `[secret]`, and
 * one that was replaced by another has that on both sides.
 */
export interface PropertyChange {
  readonly path: string;
  /** Absent where the property is new. */
  readonly before?: unknown;
  /** Absent where the property goes. */
  readonly after?: unknown;
}

/**
 * The properties that differ between two values, at the depth where they do. Texts that hold JSON, such as policies and
 * container definitions, are compared as what they hold. What is hidden is compared and not shown.
 */
export function diffValues(before: unknown, after: unknown, path = ""): PropertyChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const [left, right] = [parsedJson(before), parsedJson(after)];
  if (Array.isArray(left) && Array.isArray(right) && areComparable(left, right)) {
    const longer = left.length > right.length ? left : right;
    return longer.flatMap((_, index) => diffValues(left[index], right[index], `${path}[${index}]`));
  }
  if (isPlainObject(left) && isPlainObject(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return keys.flatMap((key) => diffValues(left[key], right[key], path === "" ? key : `${path}.${key}`));
  }
  return [
    {
      path,
      ...(before === undefined ? {} : { before: showHidden(left) }),
      ...(after === undefined ? {} : { after: showHidden(right) }),
    },
  ];
}

/** Element by element says most where nothing was inserted: lists of one length, or one that goes on where the other ends. */
function areComparable(left: readonly unknown[], right: readonly unknown[]): boolean {
  const shared = Math.min(left.length, right.length);
  return left.length === right.length || isDeepStrictEqual(left.slice(0, shared), right.slice(0, shared));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Hidden);
}

function parsedJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
