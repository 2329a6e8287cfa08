import { readFileSync, writeFileSync } from "node:fs";

/**
 * Writes a table between its two marks in a document: `<!-- name: begin -->` and `<!-- name: end -->`.
 *
 * @throws {Error} when the document has no such marks
 */
export function writeDocumentTable(document: URL, name: string, table: string): void {
  const text = readFileSync(document, "utf8");
  const { begin, end } = marksOf(text, name, document);
  writeFileSync(document, `${text.slice(0, begin)}\n${table}\n${text.slice(end)}`);
}

/** The table between its two marks in a document. */
export function readDocumentTable(document: URL, name: string): string {
  const text = readFileSync(document, "utf8");
  const { begin, end } = marksOf(text, name, document);
  return text.slice(begin, end).trim();
}

function marksOf(text: string, name: string, document: URL): { readonly begin: number; readonly end: number } {
  const [beginMark, endMark] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [begin, end] = [text.indexOf(beginMark), text.indexOf(endMark)];
  if (begin < 0 || end < begin) throw new Error(`${document.pathname} has no lines ${beginMark} and ${endMark}.`);
  return { begin: begin + beginMark.length, end };
}
