import { isScalar, type Pair, type Scalar, type YAMLMap } from "yaml";
import { projectName } from "../../infra/config/config-keys.ts";

/** Finds a setting. The engine reads a key without a namespace, and one with `config:` in it, as the project's own. */
export function findPair(config: YAMLMap, name: string): Pair | undefined {
  const spellings: readonly unknown[] = [fullKey(name), `${projectName}:config:${name}`, name];
  const found = config.items.filter(({ key }) => isScalar(key) && spellings.includes(key.value));
  if (found.length > 1) {
    throw new RangeError(`${fullKey(name)} is in the stack file ${found.length} times. Keep one. Nothing was changed.`);
  }
  return found[0];
}

/** A setting's key in a stack file. */
export function fullKey(name: string): string {
  return `${projectName}:${name}`;
}

/** One replacement of a stretch of the text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Where the line with this place begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line after this place begins. That is the place itself right behind a line break, where a text block ends. */
export function lineEnd(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return offset;
  const found = text.indexOf("\n", offset);
  return found === -1 ? text.length : found + 1;
}

/** Where a scalar begins and ends in the text. */
export function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range = isScalar(node) ? node.range : undefined;
  if (range === undefined || range === null) throw new TypeError("The YAML parser gave a value without its place.");
  return [range[0], range[1]];
}

/** Removes the whole lines of a key and its value. */
export function removal(text: string, keyStart: number, valueEnd: number): Splice {
  return { start: lineStart(text, keyStart), end: lineEnd(text, valueEnd), text: "" };
}

/**
 * Writes a value as YAML in the style of the one that it replaces if that style can hold it, otherwise in double quotes.
 * JSON's quoted text is YAML's as well.
 *
 * @param style how the replaced value was written; absent for a new one
 * @param replaced the replaced value's own text, whose comment and line break stay
 */
export function scalarText(value: string | number, style?: Scalar["type"], replaced = ""): string {
  const plain = String(value);
  switch (style) {
    case "QUOTE_SINGLE":
      return `'${plain.replaceAll("'", "''")}'`;
    case "QUOTE_DOUBLE":
      return JSON.stringify(plain);
    case "BLOCK_FOLDED":
    case "BLOCK_LITERAL":
      return blockReplacement(JSON.stringify(plain), replaced);
    default:
      return typeof value === "number" || isPlain(plain, style) ? plain : JSON.stringify(plain);
  }
}

/** Whether every YAML reader takes it for text. The engine's reads some dates as times. */
function isPlain(text: string, style: Scalar["type"] | undefined): boolean {
  const wanted = style === "PLAIN" || !text.includes(" ");
  return wanted && /^[A-Za-z][\w ,.()/'-]*[\w.)]$/.test(text);
}

/** A text block ends with a line break, and its first line may end with a comment. */
function blockReplacement(text: string, replaced: string): string {
  const [header = ""] = replaced.split(/\r?\n/, 1);
  const comment = /\s#.*$/.exec(header)?.[0] ?? "";
  const lineBreak = /\r?\n$/.exec(replaced)?.[0] ?? "";
  return `${text}${comment}${lineBreak}`;
}
