import type { z } from "zod";
import { rootNode, type SchemaNode } from "./problems/schema-node.ts";
import type { ReadableConfig } from "./rules/config-rule.ts";

/**
 * What can be read of a config that the schema refuses, so that the rules across keys look at it all the same: without the
 * refused values, and with the defaults of what is absent. Entries of a list keep their place.
 *
 * @param issues everything that the schema found in it
 */
export function readablePart(raw: unknown, issues: readonly z.core.$ZodIssue[]): ReadableConfig {
  const rest = withDefaults(structuredClone(raw), rootNode());
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") takeOut(rest, issue.path);
  }
  // What is left has been found right by the schema, key by key; no type of zod's says so of a part.
  return (isBlock(rest) ? rest : {}) as ReadableConfig;
}

/** Fills in before anything is taken out, so that no default stands in for a refused value. */
function withDefaults(value: unknown, node: SchemaNode | undefined): unknown {
  if (Array.isArray(value)) return value.map((entry) => withDefaults(entry, node?.items));
  if (!isBlock(value) || node?.properties === undefined) return value;
  for (const [key, child] of Object.entries(node.properties)) {
    const filled = value[key] === undefined ? structuredClone(child.default) : withDefaults(value[key], child);
    if (filled !== undefined) value[key] = filled;
  }
  return value;
}

function takeOut(root: unknown, path: readonly PropertyKey[]): void {
  const parent = path.slice(0, -1).reduce<unknown>((value, part) => (isBlock(value) ? value[part] : undefined), root);
  const last = path.at(-1);
  if (isBlock(parent) && last !== undefined) parent[last] = undefined;
}

function isBlock(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}
