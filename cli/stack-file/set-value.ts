import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { formatKeyPath, isBlock, type KeyPath, projectName } from "../../infra/config/config-keys.ts";
import { parseYaml } from "../../infra/config/parse-yaml.ts";
import { stageConfigSchema } from "../../infra/config/schema/stage-config.ts";
import { findPair, lineEnd, lineStart, type Splice, scalarText } from "./yaml-text.ts";

/**
 * Sets one value of a stack file, or removes it, in the text itself: every other byte stays. Missing blocks on the way are
 * written too.
 *
 * @param text the whole of a stack file that can be read
 * @param path from the top-level key inwards. A first part with a colon is a full key of any namespace
 * @param value text, number, boolean, block or list; `undefined` removes the key
 * @throws {RangeError} where the file's form does not let one value be changed alone; it says what to do by hand
 */
export function setValue(text: string, path: KeyPath, value: unknown): string {
  const document = parseDocument(text, { logLevel: "error" });
  const config = document.get("config");
  if (!isMap(config) || config.flow === true) {
    throw new RangeError('The stack file needs a "config:" block with one setting a line. Nothing was changed.');
  }
  const { start, end, text: written } = spliceAt({ text, document, path, value }, config, 0);
  return text.slice(0, start) + written + text.slice(end);
}

interface Edit {
  readonly text: string;
  readonly document: Document;
  readonly path: KeyPath;
  readonly value: unknown;
}

function spliceAt(edit: Edit, block: YAMLMap | YAMLSeq, depth: number): Splice {
  const part = edit.path[depth] ?? "";
  const isLast = depth === edit.path.length - 1;
  refuseShared(edit, block);
  const found = isSeq(block) ? entryOf(edit, block, part) : pairOf(block, part, depth);
  if (found === undefined) {
    if (edit.value === undefined) throw refusal(edit, "is not in the stack file");
    return addition(edit, block, depth);
  }
  const node = (isSeq(block) ? found : (found as Pair).value) as Node | null;
  if (isLast && edit.value === undefined) return withoutItem(edit, block, found);
  if (isLast) return replacement(edit, found, node);
  if (isMap(node) || isSeq(node)) return spliceAt(edit, node, depth + 1);
  if (node !== null && !(isScalar(node) && node.value === null))
    throw refusal(edit, "leads through a value that is no block");
  return replacement({ ...edit, value: nested(edit.path.slice(depth + 1), edit.value) }, found, node);
}

/** What an alias elsewhere refers to cannot be changed in one place. */
function refuseShared(edit: Edit, node: Node | null): void {
  const { anchor, tag } = (node ?? {}) as { readonly anchor?: string; readonly tag?: string };
  if (isAlias(node) || anchor !== undefined || tag !== undefined) {
    throw refusal(edit, "is written with an anchor, an alias or a tag");
  }
}

function pairOf(map: YAMLMap, part: string | number, depth: number): Pair | undefined {
  const name = String(part);
  if (depth === 0 && !name.includes(":")) return findPair(map, name);
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}

function entryOf(edit: Edit, list: YAMLSeq, part: string | number): Node | undefined {
  if (typeof part !== "number" || part > list.items.length) throw refusal(edit, "is beyond the end of its list");
  return list.items[part] as Node | undefined;
}

function nested(path: KeyPath, value: unknown): unknown {
  return path.reduceRight((inner, part) => (typeof part === "number" ? [inner] : { [part]: inner }), value);
}

/** Puts the value in the place of another. */
function replacement(edit: Edit, item: Pair | Node, node: Node | null): Splice {
  const { text, value } = edit;
  refuseShared(edit, node);
  const [start, end] = node?.range ?? [0, 0];
  if (node === null || start === end) {
    const at = text.indexOf(":", endOf((item as Pair).key as Node)) + 1;
    return { start: at, end: at, text: ` ${flowText(value)}` };
  }
  if (isScalar(node)) {
    const isText = typeof value === "string" && node.type !== "PLAIN";
    const old = text.slice(start, end);
    if (isText) return { start, end, text: scalarText(value, node.type, old) };
    const lineBreak = /\r?\n$/.exec(old)?.[0] ?? "";
    return { start, end, text: flowText(value) + lineBreak };
  }
  if (!isFlow(node)) {
    // An encrypted value is written as a block of one key.
    const secure = isMap(node) && node.items.length === 1 ? (node.get("secure", true) as Node | undefined) : undefined;
    if (isScalar(secure) && isBlock(value) && typeof value["secure"] === "string") {
      return replacement({ ...edit, value: value["secure"] }, node, secure);
    }
    throw refusal(edit, "is a block of several lines. Set the values in it one by one");
  }
  return { start, end, text: flowText(value) };
}

/** Writes a key or an entry that is not there yet. */
function addition(edit: Edit, block: YAMLMap | YAMLSeq, depth: number): Splice {
  const { text, path } = edit;
  const part = path[depth] ?? "";
  const value = nested(path.slice(depth + 1), edit.value);
  const key = depth === 0 && !String(part).includes(":") ? `${projectName}:${part}` : String(part);
  const flow = isSeq(block) ? flowText(value) : `${textOf(key)}: ${flowText(value)}`;
  const [start, end] = block.range ?? [0, 0];
  const last = block.items.at(-1) as Pair | Node | undefined;
  if (last === undefined) return { start, end, text: isSeq(block) ? `[${flow}]` : `{ ${flow} }` };
  if (block.flow === true) {
    const at = endOf(last);
    return { start: at, end: at, text: `, ${flow}` };
  }
  const before = depth === 0 ? (neighbour(block as YAMLMap, String(part)) ?? last) : last;
  const first = startOf(block.items[0] as Pair | Node);
  const dash = isSeq(block) ? "- " : "";
  const indent = text.slice(lineStart(text, first), first).replace(/-\s*$/, "");
  if (indent.trim() !== "") throw refusal(edit, "cannot be written beside what is on that line");
  const lines = isSeq(block) ? [`${dash}${flow}`] : blockLines(textOf(key), value);
  const newLine = text.includes("\r\n") ? "\r\n" : "\n";
  const at = lineEnd(text, endOf(before));
  const written = lines.map((line) => `${indent}${line}`).join(newLine);
  return { start: at, end: at, text: text[at - 1] === "\n" ? written + newLine : newLine + written };
}

/** The key that is before this one in the schema's order, which is the order of the stack files. */
function neighbour(config: YAMLMap, name: string): Pair | undefined {
  const order = Object.keys(stageConfigSchema.shape);
  const before = order.slice(0, Math.max(0, order.indexOf(name))).toReversed();
  return before.map((key) => findPair(config, key)).find((pair) => pair !== undefined);
}

function blockLines(key: string, value: unknown): readonly string[] {
  if (!isBlock(value) || Object.keys(value).length === 0) return [`${key}: ${flowText(value)}`];
  const inner = Object.entries(value).flatMap(([name, each]) => blockLines(textOf(name), each));
  return [`${key}:`, ...inner.map((line) => `  ${line}`)];
}

/** Takes a key or an entry out. The last one leaves an empty block or list. */
function withoutItem(edit: Edit, block: YAMLMap | YAMLSeq, item: unknown): Splice {
  const { text, document } = edit;
  const items = block.items as readonly (Pair | Node)[];
  const kept = items.filter((each) => each !== item);
  const [start, end] = block.range ?? [0, 0];
  const [open, close, empty] = isSeq(block) ? ["[", "]", "[]"] : ["{ ", " }", "{}"];
  if (block.flow === true) {
    const entries = kept.map((each) => text.slice(startOf(each), endOf(each)));
    return { start, end, text: kept.length === 0 ? empty : `${open}${entries.join(", ")}${close}` };
  }
  const from = lineStart(text, startOf(item as Pair | Node));
  const to = lineEnd(text, endOf(item as Pair | Node));
  if (kept.length > 0 || block === document.get("config")) return { start: from, end: to, text: "" };
  const colon = text.lastIndexOf(":", from);
  return { start: colon + 1, end: to, text: ` ${empty}${text.slice(colon + 1, from)}` };
}

function isFlow(node: Node): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

function startOf(item: Pair | Node): number {
  return "key" in item ? startOf(item.key as Node) : (item.range?.[0] ?? 0);
}

/** Where the last value in it ends. A block's own end has the comments behind it. */
function endOf(item: Pair | Node | null | undefined): number {
  if (item === null || item === undefined) return 0;
  if ("key" in item) {
    const value = item.value as Node | null;
    const isEmpty = value === null || (value.range?.[0] === value.range?.[1] && isScalar(value));
    return isEmpty ? endOf(item.key as Node) : endOf(value);
  }
  if ((isMap(item) || isSeq(item)) && !isFlow(item)) return endOf(item.items.at(-1) as Pair | Node | undefined);
  return item.range?.[1] ?? 0;
}

/** A value on one line. */
function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  if (!isBlock(value)) return typeof value === "string" ? textOf(value) : JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => `${textOf(key)}: ${flowText(each)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** Text without quotes where every reader takes it for the same text, also inside brackets. */
function textOf(text: string): string {
  try {
    const read = parseYaml({ name: "", text: `[${text}, { ${text}: ${text} }]` });
    const isSame = JSON.stringify(read) === JSON.stringify([text, { [text]: text }]);
    return isSame && /^[\w./]/.test(text) ? text : JSON.stringify(text);
  } catch {
    return JSON.stringify(text);
  }
}

function refusal({ path }: Edit, why: string): RangeError {
  return new RangeError(`${formatKeyPath(path)} ${why}. Nothing was changed.`);
}
