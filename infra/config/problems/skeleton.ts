import { expectation } from "./expectation.ts";
import type { SchemaNode } from "./schema-node.ts";

/**
 * The YAML that a block needs, with `<what goes there>` for each value: its required keys, or all where none is required.
 *
 * @returns lines, without indentation for the block itself
 */
export function skeleton(key: string, node: SchemaNode): readonly string[] {
  if (node.type === "object") {
    const properties = Object.entries(node.properties ?? {});
    const required = properties.filter(([name]) => node.required?.includes(name));
    const inner = (required.length > 0 ? required : properties).flatMap(([name, child]) => skeleton(name, child));
    return [`${key}:`, ...inner.map((line) => `  ${line}`)];
  }
  if (node.type === "array" && node.items !== undefined) {
    return [`${key}:`, ...entry(node.items).map((line) => `  ${line}`)];
  }
  return [`${key}: ${placeholder(node)}`];
}

function entry(node: SchemaNode): readonly string[] {
  if (node.type !== "object") return [`- ${placeholder(node)}`];
  const [, ...lines] = skeleton("", node);
  return lines.map((line, index) => (index === 0 ? `- ${line.slice(2)}` : line));
}

function placeholder(node: SchemaNode): string {
  return `<${expectation(node)}>`;
}
