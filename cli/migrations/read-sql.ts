import type { Node, ParseResult, ScanToken } from "libpg-query";

/** One statement of a migration, as PostgreSQL's own parser reads it. */
export interface SqlStatement {
  /** Line at which it begins, from 1, after comments and empty lines. */
  readonly line: number;
  /** Line at which it ends. */
  readonly endLine: number;
  /** Column at which it begins, from 0, in bytes. */
  readonly column: number;
  /** The statement without comments, in one line and cut short. */
  readonly text: string;
  /** All of it, without comments. */
  readonly source: string;
  /** Its tree; undefined where PostgreSQL cannot read it. */
  readonly node: Node | undefined;
  /** PostgreSQL's words, where it cannot read it. */
  readonly problem: string | undefined;
}

/** A migration as it was read. */
export interface ReadSql {
  readonly statements: readonly SqlStatement[];
  /** The same SQL with blanks for comments, and so with the same lines: a comment cannot silence a linter. */
  readonly withoutComments: string;
}

/** Most characters that a finding shows of a statement. */
const shownCharacters = 160;

/**
 * Reads SQL by PostgreSQL's own parser. A statement that it cannot read keeps no other from being read.
 *
 * @see https://github.com/pganalyze/libpg_query
 */
export async function readSql(sql: string): Promise<ReadSql> {
  const { loadModule, parseSync, scanSync } = await import("libpg-query");
  await loadModule();
  const source = Buffer.from(sql);
  let tokens: readonly ScanToken[];
  try {
    tokens = sql.trim() === "" ? [] : scanSync(sql).tokens;
  } catch (error) {
    // A text without an end, such as a missing quotation mark: nobody can say where a statement ends.
    const whole = { line: 1, endLine: sql.split("\n").length, column: 0, text: shortened(sql), source: sql };
    const problem = error instanceof Error ? error.message : String(error);
    return { statements: [{ ...whole, node: undefined, problem }], withoutComments: sql };
  }
  const comments = tokens.filter(isComment);
  const blank = blanked(source, comments);
  const whole = parsed(parseSync, sql);
  const pieces = "stmts" in whole ? piecesOf(whole, source.length) : piecesBetweenSemicolons(tokens, source.length);
  const statements = pieces.flatMap(({ from, until, node }): SqlStatement[] => {
    const text = blank.subarray(from, until).toString();
    if (text.trim() === "") return [];
    const begin = from + (text.length - text.trimStart().length);
    const end = begin + Buffer.byteLength(text.trim());
    const read = node === undefined ? parsed(parseSync, text) : { stmts: [{ stmt: node }] };
    return [
      {
        line: lineAt(source, begin),
        endLine: lineAt(source, end),
        column: begin - lineStart(source, begin),
        text: shortened(text),
        source: text.trim().replace(/;$/, ""),
        node: "stmts" in read && read.stmts?.length === 1 ? read.stmts[0]?.stmt : undefined,
        problem: "problem" in read ? read.problem : undefined,
      },
    ];
  });
  return { statements, withoutComments: blank.toString() };
}

function parsed(
  parse: (sql: string) => ParseResult,
  sql: string,
): Pick<ParseResult, "stmts"> | { readonly problem: string } {
  try {
    return { stmts: parse(sql).stmts ?? [] };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Part of the SQL, in bytes. */
interface Piece {
  readonly from: number;
  readonly until: number;
  readonly node: Node | undefined;
}

function piecesOf({ stmts = [] }: Pick<ParseResult, "stmts">, length: number): readonly Piece[] {
  return stmts.map(({ stmt, stmt_location: from = 0, stmt_len: bytes }) => ({
    from,
    until: bytes === undefined || bytes === 0 ? length : from + bytes,
    node: stmt,
  }));
}

function piecesBetweenSemicolons(tokens: readonly ScanToken[], length: number): readonly Piece[] {
  const ends = [...tokens.filter(({ text }) => text === ";").map(({ end }) => end), length];
  return ends.map((until, index) => ({ from: index === 0 ? 0 : (ends[index - 1] ?? 0), until, node: undefined }));
}

function isComment({ tokenName }: ScanToken): boolean {
  return tokenName === "SQL_COMMENT" || tokenName === "C_COMMENT";
}

function blanked(source: Buffer, comments: readonly ScanToken[]): Buffer {
  const copy = Buffer.from(source);
  for (const { start, end } of comments) {
    for (let at = start; at < end; at++) {
      if (copy[at] !== 0x0a) copy[at] = 0x20;
    }
  }
  return copy;
}

function lineAt(source: Buffer, position: number): number {
  let line = 1;
  for (let at = source.indexOf("\n"); at !== -1 && at < position; at = source.indexOf("\n", at + 1)) line++;
  return line;
}

function lineStart(source: Buffer, position: number): number {
  return position === 0 ? 0 : source.lastIndexOf("\n", position - 1) + 1;
}

function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, " ").replace(/;$/, "");
  return line.length <= shownCharacters ? line : `${line.slice(0, shownCharacters - 1)}…`;
}
