import { readSql, type SqlStatement } from "../../cli/migrations/read-sql.ts";
import { onlyReads } from "../../cli/migrations/statement-harm.ts";

/** A text of SQL that a session sent, as the server wrote it down. */
export interface SentSql {
  /** Whose it is. */
  readonly session: string;
  /** One or more statements. Values that the driver sent beside it stand as `$1` and so on. */
  readonly sql: string;
}

/** A statement that was sent, and its place in the SQL. */
interface PlacedStatement {
  /** Index of what it was sent with. */
  readonly sentIndex: number;
  /** Line at which it begins, from 1: where it came first, if it was sent more than once. */
  readonly line: number;
  /** In one line and cut short. */
  readonly text: string;
}

/** What was sent, as SQL that can be judged and kept. */
export interface RecordedSql {
  readonly sql: string;
  readonly statements: readonly PlacedStatement[];
  /** Whether all that changed something ran in one transaction. */
  readonly isOneTransaction: boolean;
}

/**
 * Makes SQL of what a migration sent. It leaves out queries that only read, and what is the driver's own: savepoints, the
 * handling of cursors, and transactions that change nothing. What was sent many times stands there once, where it came first: then least of it
 * is the migration's own, so it is judged most strictly.
 *
 * No value of a row is kept: a text becomes `'?'` and a number 0, except in statements about Alembic's own table, which say where the
 * migration begins and ends. Statements that define something keep their values, such as defaults.
 *
 * @param heading what the SQL begins with, as comments
 * @param readingFunctions names of functions that change nothing
 */
export async function recordSql(
  sent: readonly SentSql[],
  heading: readonly string[],
  readingFunctions: ReadonlySet<string>,
): Promise<RecordedSql> {
  const blank = await blanking();
  const lines: string[] = heading.map((one) => `-- ${one}`);
  const placed: PlacedStatement[] = [];
  const lineOf = new Map<string, number>();
  const begun = new Map<string, Transaction>();
  /** Transactions that changed something; what has none is one of its own. */
  const changed = new Set<object>();
  const write = ({ source }: Shown): number => {
    const line = lines.length + 2;
    lines.push("", ...`${source};`.split("\n"));
    return line;
  };
  for (const [sentIndex, { session, sql }] of sent.entries()) {
    for (const statement of (await readSql(sql)).statements) {
      const shown = shownOf(statement, blank);
      const role = roleOf(statement, readingFunctions);
      const transaction = begun.get(session);
      if (role === "begin") begun.set(session, { begin: shown, isWritten: false });
      if (role === "end") {
        if (transaction?.isWritten === true) write(shown);
        begun.delete(session);
      }
      if (role === "change") changed.add(transaction ?? {});
      if (role !== "change" && role !== "query") continue;
      const known = lineOf.get(shown.source);
      if (known === undefined && role === "change" && transaction?.isWritten === false) {
        write(transaction.begin);
        transaction.isWritten = true;
      }
      const line = known ?? write(shown);
      lineOf.set(shown.source, line);
      placed.push({ sentIndex, line, text: shown.text });
    }
  }
  const isOneTransaction = changed.size === 1 && [...changed].every((one) => "begin" in one);
  return { sql: `${lines.join("\n")}\n`, statements: placed, isOneTransaction };
}

/** A transaction that a session has begun. */
interface Transaction {
  readonly begin: Shown;
  /** Whether its begin stands in the SQL, because it changed something that stood there not yet. */
  isWritten: boolean;
}

/** A statement as it is shown. */
interface Shown extends Pick<PlacedStatement, "text"> {
  readonly source: string;
}

type Role = "begin" | "end" | "query" | "change" | "left out";

const roles: Readonly<Record<string, Role>> = {
  SelectStmt: "query",
  DeclareCursorStmt: "query",
  VariableSetStmt: "query",
  FetchStmt: "left out",
  ClosePortalStmt: "left out",
  DeallocateStmt: "left out",
};

/** Statements that are about rows, and so hold their values. */
const ofRows: ReadonlySet<string> = new Set([
  "SelectStmt",
  "DeclareCursorStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
]);

const roleOfTransaction: Readonly<Record<string, Role>> = {
  TRANS_STMT_BEGIN: "begin",
  TRANS_STMT_START: "begin",
  TRANS_STMT_SAVEPOINT: "left out",
  TRANS_STMT_RELEASE: "left out",
  TRANS_STMT_ROLLBACK_TO: "left out",
};

function roleOf({ node }: SqlStatement, readingFunctions: ReadonlySet<string>): Role {
  if (node === undefined) return "change";
  if (onlyReads(node, readingFunctions)) return "left out";
  if ("TransactionStmt" in node) return roleOfTransaction[node.TransactionStmt.kind ?? ""] ?? "end";
  return roles[Object.keys(node)[0] ?? ""] ?? "change";
}

/** The query of a cursor: its name is the driver's, and another one each time. */
const cursor = /^declare\s.*?\scursor\s.*?\bfor\s+(?=select|with|values|table|\()/is;

function shownOf({ node, source, text }: SqlStatement, blank: Blank): Shown {
  const isOfRows = node !== undefined && ofRows.has(Object.keys(node)[0] ?? "");
  if (!isOfRows || /\balembic_version\b/.test(source)) return { source, text };
  const kept = blank(source);
  return { source: kept, text: kept.replace(/\s+/g, " ").slice(0, text.length) };
}

type Blank = (sql: string) => string;

const numbers: ReadonlySet<string> = new Set(["ICONST", "FCONST"]);

/** Gives what takes the values out of a statement, as PostgreSQL's own scanner finds them, and a cursor's name. */
export async function blanking(): Promise<Blank> {
  const { loadModule, scanSync } = await import("libpg-query");
  await loadModule();
  return (sent) => {
    const sql = sent.replace(cursor, "");
    const source = Buffer.from(sql);
    const parts: string[] = [];
    let from = 0;
    for (const { tokenName, text, start, end } of scanSync(sql).tokens) {
      // The scanner has no name for texts such as U&'…' and X'…'.
      const isText = tokenName === "SCONST" || text.endsWith("'");
      const stand = isText ? "'?'" : numbers.has(tokenName) ? "0" : undefined;
      if (stand === undefined) continue;
      parts.push(source.subarray(from, start).toString(), stand);
      from = end;
    }
    return [...parts, source.subarray(from).toString()].join("").replace(/[ \t]+$/gm, "");
  };
}
