import type { KeyPath } from "../key-path.ts";
import { projectName } from "../project-name.ts";
import { expectation } from "./expectation.ts";
import type { SchemaNode } from "./schema-node.ts";

/**
 * The YAML to write for a block or a list, from its top-level key inwards, with `<what goes there>` for each value.
 *
 * @returns lines; a block has its required keys, or all where none is required, and a list as few entries as it may have
 */
export function skeletonAt(path: KeyPath, node: SchemaNode): readonly string[] {
  const [first, ...inner] = path;
  return nested([`${projectName}:${first}`, ...inner], inside(node));
}

function nested(path: KeyPath, lines: readonly string[]): readonly string[] {
  const [part, ...rest] = path;
  if (part === undefined) return lines;
  const deeper = nested(rest, lines);
  return typeof part === "number" ? asEntry(deeper) : [`${part}:`, ...deeper.map((line) => `  ${line}`)];
}

function inside(node: SchemaNode): readonly string[] {
  if (node.type === "array") {
    const entry = asEntry(node.items === undefined ? [] : inside(node.items));
    return Array.from({ length: node.minItems ?? 1 }).flatMap(() => entry);
  }
  if (node.type !== "object") return [`<${expectation(node)}>`];
  const properties = Object.entries(node.properties ?? {});
  const required = properties.filter(([name]) => node.required?.includes(name));
  return (required.length > 0 ? required : properties).flatMap(([name, child]) => member(name, child));
}

function member(name: string, node: SchemaNode): readonly string[] {
  const lines = inside(node);
  return node.type === "array" || node.type === "object"
    ? [`${name}:`, ...lines.map((line) => `  ${line}`)]
    : [`${name}: ${lines.join(" ")}`];
}

function asEntry(lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `${index === 0 ? "- " : "  "}${line}`);
}
