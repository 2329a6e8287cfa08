import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type LineCounter,
  type Node,
  type Pair,
  type Scalar,
  visit,
} from "yaml";
import type { KeyPath } from "./config-keys.ts";

/*
 * Where the engine's YAML reader and ours make different values of the same text. The engine reads stack files with Go's
 * yaml.v3, which follows YAML 1.1 with parts of 1.2; ours follows YAML 1.2. test/fixtures/engine-reader holds the engine's
 * answers. Other spellings that a person easily misreads are refused too, though both readers agree on them.
 */

/** A place in a YAML text that the engine reads as something else than we do, or not at all. */
export interface Difference {
  /** Line of the text, from 1. */
  readonly line: number;
  /** Where the value is. It is empty for what is about the whole text. */
  readonly path: KeyPath;
  /** What is there, in words that quote nothing from the text, which may be a secret. */
  readonly what: string;
  readonly rule: string;
  readonly fix: string;
}

type Words = Pick<Difference, "what" | "rule" | "fix">;

/** Everything in a text that the two readers take for different things, in the text's order. */
export function yamlDifferences(text: string, document: Document, lines: LineCounter): readonly Difference[] {
  const lineOf = (offset: number) => lines.linePos(offset).line;
  const found: (Words & { readonly offset: number; readonly path: KeyPath })[] = [
    ...characters(text),
    ...lexemes(text),
  ].map(({ offset, words }) => ({ ...words, offset, path: [] }));
  visit(document, {
    Node(_key, node, ancestors) {
      const words = nodeWords(node, text) ?? flowWords(node, ancestors);
      if (words !== undefined) found.push({ ...words, offset: node.range?.[0] ?? 0, path: pathOf(node, ancestors) });
    },
    Pair(_key, pair, ancestors) {
      const words = keyWords(pair);
      if (words === undefined) return;
      const offset = (pair.key as Node | null)?.range?.[0] ?? 0;
      found.push({ ...words, offset, path: pathOf(pair, ancestors).slice(0, -1) });
    },
  });
  return found
    .toSorted((one, other) => one.offset - other.offset)
    .map(({ offset, ...rest }) => ({ line: lineOf(offset), ...rest }));
}

/** The keys and positions that lead to a node. */
function pathOf(node: Node | Pair, ancestors: readonly (Document | Node | Pair)[]): KeyPath {
  return [...ancestors, node].flatMap((each, index, chain): KeyPath => {
    const parent = chain[index - 1];
    if ("key" in each) return [isScalar(each.key) ? String(each.key.value) : "?"];
    return isSeq(parent) ? [parent.items.indexOf(each)] : [];
  });
}

interface Found {
  readonly offset: number;
  readonly words: Words;
}

/** What Go's reader takes for a line break, or does not accept at all. */
const unreadable = /[^\P{Cc}\t\n\r]|[\u2028\u2029\ufffe\uffff]|\r(?!\n)|\p{Surrogate}/gu;

function characters(text: string): readonly Found[] {
  return [...text.matchAll(unreadable)].map(({ index }) => ({
    offset: index,
    words: {
      what: "a control character or a line break that nobody sees",
      rule: "Pulumi ends the line there, or does not read the file",
      fix: 'remove it, or write it as an escape such as "\\u2028" in double quotes',
    },
  }));
}

/** In front of a scalar's own text the lexer puts this mark, which is not in the text. So it does for the two others. */
const scalarMark = "\u001f";
const marks: readonly string[] = [scalarMark, "\u0002", "\u0018"];

/** Tabs between values, and directives. */
function lexemes(text: string): readonly Found[] {
  const found: Found[] = [];
  let offset = 0;
  let before = "";
  for (const lexeme of new Lexer().lex(text)) {
    const isContent = before === scalarMark || lexeme.startsWith("#");
    if (!isContent && lexeme.includes("\t")) {
      const rule = "Pulumi does not accept a tab everywhere that other readers do";
      found.push({ offset, words: { what: "a tab", rule, fix: "write spaces in its place" } });
    }
    if (!isContent && lexeme.startsWith("%")) {
      const rule = "it changes how the rest of the file is read, and not for every reader";
      found.push({ offset, words: { what: "a line that begins with %", rule, fix: "remove it" } });
    }
    before = lexeme;
    if (!marks.includes(lexeme)) offset += lexeme.length;
  }
  return found;
}

function nodeWords(node: Node, text: string): Words | undefined {
  if (isAlias(node)) return undefined;
  const { tag } = node;
  if (tag !== undefined && !(tag === "tag:yaml.org,2002:str" && isScalar(node))) {
    return {
      what: "a value with a tag",
      rule: "Pulumi reads a word that begins with ! in another way",
      fix: "write the value without it, and text that begins with ! in quotes",
    };
  }
  if (!isScalar(node)) return undefined;
  if (node.type === "QUOTE_DOUBLE") return escapeWords(text.slice(node.range?.[0], node.range?.[1]));
  if (node.type === "PLAIN") return tag === undefined ? plainWords(node) : undefined;
  const isBlockText = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
  if (!isBlockText) return undefined;
  if (/^[^\n]*\n[ \t]*\r?\n/.test(text.slice(node.range?.[0], node.range?.[1]))) return emptyFirstLineWords;
  return node.range?.[1] === text.length && !text.endsWith("\n") ? unendedWords : undefined;
}

const emptyFirstLineWords: Words = {
  what: "a block of text that begins with an empty line",
  rule: "Pulumi and other readers keep it or drop it",
  fix: "remove the empty line",
};

/** In brackets Go's reader ends a word at each `?`, and begins none with `:`. */
function flowWords(node: Node, ancestors: readonly unknown[]): Words | undefined {
  if (!isScalar(node) || node.type !== "PLAIN" || !/\?|^:/.test(node.source ?? "")) return undefined;
  if (!ancestors.some((outer) => (isMap(outer) || isSeq(outer)) && outer.flow === true)) return undefined;
  const rule = "Pulumi takes ? and : for the beginning of a key there";
  return { what: "a value in brackets with a ? or a : that is not in quotes", rule, fix: "put it in quotes" };
}

const unendedWords: Words = {
  what: "a block of text that ends with the file, without a line break",
  rule: "Pulumi reads no line break after its last line, and other readers do",
  fix: "end the file with a line break",
};

/** An escape that Go's reader does not know: `\/`, and half of a character as `\ud83d`. */
function escapeWords(source: string): Words | undefined {
  if (!/^"(?:[^\\]|\\[^/u]|\\u(?![dD][89a-fA-F]))*"$/s.test(source)) {
    return {
      what: "text with an escape that Pulumi does not read",
      rule: "Pulumi knows no \\/ and no halves of a character such as \\ud83d",
      fix: "write the character itself",
    };
  }
  return undefined;
}

/** How a number is written so that everybody reads it the same. */
const decimal = /^[-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** What Go's reader takes for a number, after it took out each `_`. */
const engineNumber =
  /^[-+]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** What Go's reader takes for a time, and what looks like one. */
const time = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d+)?(?:Z|[-+]\d{2}:\d{2})?)?$/;

function plainWords({ source = "" }: Scalar): Words | undefined {
  if (time.test(source)) {
    return {
      what: "a date or a time without quotes",
      rule: "Pulumi changes it into another form before the program sees it",
      fix: "put it in quotes",
    };
  }
  if (source.startsWith("%")) {
    const rule = "Pulumi does not read it";
    return { what: "a value that begins with % without quotes", rule, fix: "put it in quotes" };
  }
  // It takes the _ out of what begins with a digit or a sign only.
  const isNumber = engineNumber.test(/^[-+\d]/.test(source) ? source.replaceAll("_", "") : source);
  return isNumber && !isPlainNumber(source) ? numberWords(source) : undefined;
}

function isPlainNumber(source: string): boolean {
  const value = Number(source);
  if (!decimal.test(source) || !Number.isFinite(value) || Object.is(value, -0)) return false;
  return !/^[-+]?\d+$/.test(source) || Number.isSafeInteger(value);
}

function numberWords(source: string): Words {
  const fix = "write the number in digits from 0 to 9 with no zero before them, or put it in quotes if it is text";
  if (decimal.test(source)) {
    return { what: "a number that is too large or is -0", rule: "a program cannot hold it as it is written", fix };
  }
  const rule = /^[-+]?0\d/.test(source)
    ? "Pulumi reads a number that begins with 0 in base 8, and other readers in base 10"
    : "Pulumi reads it as a number, and other readers as another number or as text";
  return { what: "a number in another form than decimal", rule, fix };
}

/** Keys that are something else than text to either reader, and the merge key, which Go's reader obeys. */
function keyWords({ key }: Pair): Words | undefined {
  if (isScalar(key) && key.value === "<<") {
    const rule = "Pulumi merges what it names into the block, and other readers do not";
    return { what: "a merge key (<<)", rule, fix: "write the merged keys out" };
  }
  if (isScalar(key) && (typeof key.value === "string" || plainWords(key) !== undefined)) return undefined;
  const what =
    isMap(key) || isSeq(key) || isAlias(key)
      ? "a key that is no word"
      : "a key that reads as a number, a time, true, false or nothing";
  return { what, rule: "a key must be text to every reader", fix: "put the key in quotes, or write another" };
}
