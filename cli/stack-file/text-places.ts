import { isScalar } from "yaml";

/** One replacement of a stretch of the text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Where the line begins that holds this place. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line after this place begins; a place behind a line break, as a block of text ends, is there already. */
export function lineEnd(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return offset;
  const found = text.indexOf("\n", offset);
  return found === -1 ? text.length : found + 1;
}

/** Where a scalar begins and ends in the text. */
export function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range = isScalar(node) ? node.range : undefined;
  if (range === undefined || range === null) throw new TypeError("A parsed document gave a value without its place.");
  return [range[0], range[1]];
}

/** Takes out the whole lines that a key and its value stand on. */
export function removal(text: string, keyStart: number, valueEnd: number): Splice {
  return { start: lineStart(text, keyStart), end: lineEnd(text, valueEnd), text: "" };
}
