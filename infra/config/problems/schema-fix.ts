import type { KeyPath } from "../key-path.ts";
import type { Fix } from "./fix.ts";
import { nearestKey } from "./nearest-key.ts";
import type { SchemaNode } from "./schema-node.ts";
import { skeletonAt } from "./skeleton.ts";

/**
 * How a value that the schema refuses is mended.
 *
 * @param value what stands there, `undefined` where nothing does
 * @param node what should stand there
 */
export function schemaFix(path: KeyPath, value: unknown, node: SchemaNode): Fix {
  if (node.type === "object" || node.type === "array") return { write: skeletonAt(path, node) };
  const meant = meantValue(value, node);
  if (meant !== undefined) return { set: meant };
  return { choose: choices(node), ...choiceType(path, node) };
}

/** What a value of the wrong type, or a misspelt word, was meant to be. */
function meantValue(value: unknown, node: SchemaNode): string | number | boolean | undefined {
  if (node.enum?.every((choice) => typeof choice === "string") === true) {
    return typeof value === "string" ? nearestKey(value, node.enum) : undefined;
  }
  if (node.type === "string" && typeof value === "number") {
    return matches(String(value), node) ? String(value) : undefined;
  }
  if (typeof value !== "string") return undefined;
  if (node.type === "boolean" && /^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
  const asNumber = Number(value);
  const isNumeric = (node.type === "integer" && /^\d+$/.test(value)) || (node.type === "number" && /^\d/.test(value));
  return isNumeric && fits(asNumber, node) ? asNumber : undefined;
}

function fits(value: number, node: SchemaNode): boolean {
  if (node.enum !== undefined) return node.enum.includes(value);
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = node;
  return value >= minimum && value <= maximum && value > (node.exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
}

function choices(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.join("|");
  return node.type === "boolean" ? "true|false" : "value";
}

/** A top-level number is saved as text unless its type is said, and a text of digits inside a block as a number. */
function choiceType(path: KeyPath, node: SchemaNode): { readonly type?: "int" | "float" | "string" } {
  if (node.type === "number" && node.enum === undefined) return { type: "float" };
  if (node.type === "integer" && path.length === 1) return { type: "int" };
  const mayBeDigits = node.type === "string" && path.length > 1 && digits.some((text) => matches(text, node));
  return mayBeDigits ? { type: "string" } : {};
}

/** Texts that are nothing but digits, as long as an AWS account id at most. */
const digits = Array.from({ length: 12 }, (_none, index) => "1".repeat(index + 1));

function matches(text: string, { pattern }: SchemaNode): boolean {
  return pattern !== undefined && new RegExp(pattern).test(text);
}
