import type { Scalar } from "yaml";

/**
 * Writes a value as YAML in the style of the one that it replaces, where that style can hold it, and in double quotes
 * where it cannot. JSON's quoted text is YAML's as well.
 *
 * @param style how the replaced value was written; absent for a new one
 * @param replaced the replaced value's own text, for what has to outlive it
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

/** Text that no reader takes for anything else; the engine's would make times of some dates. */
function isPlain(text: string, style: Scalar["type"] | undefined): boolean {
  const wanted = style === "PLAIN" || !text.includes(" ");
  return wanted && /^[A-Za-z][\w ,.()/'-]*[\w.)]$/.test(text);
}

/** A block's text ends with its last line's break, and its first line may end with a comment. */
function blockReplacement(text: string, replaced: string): string {
  const [header = ""] = replaced.split(/\r?\n/, 1);
  const comment = /\s#.*$/.exec(header)?.[0] ?? "";
  const lineBreak = /\r?\n$/.exec(replaced)?.[0] ?? "";
  return `${text}${comment}${lineBreak}`;
}
