import type { SchemaNode } from "./schema-node.ts";
import { andList, orList } from "./wording.ts";

/** Says in words what a value must be: `a whole number from 0 to 100`, `blue or green`, `a host name such as …`. */
export function expectation(node: SchemaNode): string {
  if (node.patternErrorMessage !== undefined) return node.patternErrorMessage;
  if (node.enum !== undefined) return orList(node.enum);
  switch (node.type) {
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number${range(node)}`;
    case "number":
      return `a number${range(node)}`;
    case "array":
      return `${listOf(node)}${node.items === undefined ? "" : `, each ${expectation(node.items)}`}`;
    case "object":
      return block(node);
    default:
      return text(node);
  }
}

function range(node: SchemaNode): string {
  const least = node.minimum === undefined ? undefined : `from ${node.minimum}`;
  const above = node.exclusiveMinimum === undefined ? undefined : `above ${node.exclusiveMinimum}`;
  const most = node.maximum === undefined ? undefined : `${least === undefined ? "and at most" : "to"} ${node.maximum}`;
  return [least ?? above, most].map((part) => (part === undefined ? "" : ` ${part}`)).join("");
}

function text(node: SchemaNode): string {
  const { minLength = 0, maxLength } = node;
  if (maxLength !== undefined) return `text of ${minLength} to ${maxLength} characters`;
  return minLength > 0 ? "text that is not empty" : "text";
}

function listOf(node: SchemaNode): string {
  const { minItems = 0, maxItems } = node;
  if (minItems > 0 && maxItems !== undefined) return `a list of ${minItems} to ${maxItems} entries`;
  if (maxItems !== undefined) return `a list of at most ${maxItems} entries`;
  return minItems > 0 ? `a list of at least ${minItems === 1 ? "1 entry" : `${minItems} entries`}` : "a list";
}

function block(node: SchemaNode): string {
  const keys = Object.keys(node.properties ?? {});
  if (keys.length > 0) return `a block with ${andList(keys)}`;
  return node.propertyNames === undefined
    ? "a block"
    : `a block whose keys are each ${expectation(node.propertyNames)}`;
}
