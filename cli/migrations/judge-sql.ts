import {
  type MigrationFinding,
  type MigrationVerdict,
  type Revisions,
  verdictOf,
} from "../../rollout/migration-verdict.ts";
import { revisionsOf } from "./alembic.ts";
import { newObjects } from "./new-objects.ts";
import { readSql, type SqlStatement } from "./read-sql.ts";
import { askSquawk } from "./squawk.ts";
import { statementHarms } from "./statement-harm.ts";

/** A migration as both judges see it. */
export interface JudgedSql {
  readonly statements: number;
  /** Null where the SQL does not tell. */
  readonly revisions: Revisions | null;
  /** In the order of the SQL. */
  readonly findings: readonly MigrationFinding[];
  readonly verdict: MigrationVerdict;
  /** Version of squawk, or why it was not asked. */
  readonly squawk: { readonly version: string } | { readonly notChecked: string };
  /** Whether a failure undoes all of it: it is one transaction, or nothing. */
  readonly isOneTransaction: boolean;
}

/**
 * Judges SQL, every statement of it: by PostgreSQL's own parser and this project's rules, and by squawk. The stricter counts.
 * What cannot be read is `contract`.
 *
 * @param postgresVersion major version of the server
 */
export async function judgeSql(sql: string, postgresVersion: number): Promise<JudgedSql> {
  const read = await readSql(sql);
  const { statements } = read;
  const opinion = await askSquawk(read, postgresVersion);
  const nodes = statements.flatMap(({ node }) => node ?? []);
  const findings = [
    ...parserFindings(statements),
    ...cutOffFindings(statements),
    ...("findings" in opinion ? opinion.findings : []),
    ...(statements.length === 0 ? [emptyFinding] : []),
  ].sort((one, other) => one.line - other.line);
  return {
    statements: statements.length,
    revisions: revisionsOf(nodes) ?? null,
    findings,
    verdict: verdictOf(findings),
    squawk: "version" in opinion ? { version: opinion.version } : opinion,
    isOneTransaction: isOneTransaction(statements),
  };
}

/** Alembic always writes something, and its `alembic upgrade --sql` of no migration is an error of whoever runs it. */
const emptyFinding: MigrationFinding = {
  judge: "parser",
  harm: "contract",
  line: 0,
  statement: "",
  sentence: "There is no statement to judge.",
};

function parserFindings(statements: readonly SqlStatement[]): readonly MigrationFinding[] {
  const made = newObjects();
  let isInTransaction = false;
  return statements.flatMap(({ node, problem, line, text }): readonly MigrationFinding[] => {
    const found = { judge: "parser", line, statement: text } as const;
    if (node === undefined) {
      return [{ ...found, harm: "contract", sentence: `PostgreSQL cannot read it: ${problem ?? "no statement"}.` }];
    }
    const harms = statementHarms(node, made);
    made.learn(node);
    if ("TransactionStmt" in node && !isSavepoint(node.TransactionStmt.kind)) {
      isInTransaction = isBegin(node.TransactionStmt.kind);
    }
    const refused = isInTransaction && isConcurrent(text);
    return [
      ...harms.map((harm) => ({ ...found, ...harm })),
      ...(refused
        ? [{ ...found, harm: "note" as const, sentence: "PostgreSQL refuses CONCURRENTLY inside of a transaction." }]
        : []),
    ];
  });
}

/** A command that fails while it writes SQL leaves a file that ends inside of a transaction. The rest of it is unknown. */
function cutOffFindings(statements: readonly SqlStatement[]): readonly MigrationFinding[] {
  const last = transactionEnds(statements).at(-1);
  if (last?.isBegin !== true) return [];
  const { line, text } = last.statement;
  const sentence =
    "The transaction that begins here does not end, so the rest of the SQL is missing. Look whether the command that wrote it has failed, and write it again.";
  return [{ judge: "parser", harm: "contract", line, statement: text, sentence }];
}

/** Where transactions begin and end, in order. A savepoint does neither. */
function transactionEnds(statements: readonly SqlStatement[]) {
  return statements.flatMap((statement) => {
    const { node } = statement;
    if (node === undefined || !("TransactionStmt" in node)) return [];
    const { kind } = node.TransactionStmt;
    return isSavepoint(kind) ? [] : [{ statement, isBegin: isBegin(kind) }];
  });
}

function isSavepoint(kind: string | undefined): boolean {
  return kind === "TRANS_STMT_SAVEPOINT" || kind === "TRANS_STMT_RELEASE" || kind === "TRANS_STMT_ROLLBACK_TO";
}

function isBegin(kind: string | undefined): boolean {
  return kind === "TRANS_STMT_BEGIN" || kind === "TRANS_STMT_START";
}

/** What PostgreSQL runs outside of a transaction only: a failure of it leaves an invalid index behind. */
function isConcurrent(text: string): boolean {
  return /^(create (unique )?index|drop index|reindex\b.*) concurrently\b/i.test(text);
}

const leavesNothing: ReadonlySet<string> = new Set(["SelectStmt", "VariableShowStmt", "VariableSetStmt"]);

/** What is only read or set outside of the transaction leaves nothing behind. */
function isOneTransaction(statements: readonly SqlStatement[]): boolean {
  const [first, last, ...more] = transactionEnds(statements);
  if (more.length > 0 || first?.isBegin !== true || last?.isBegin !== false) return false;
  const begin = statements.indexOf(first.statement);
  const end = statements.indexOf(last.statement);
  return statements.every(({ node }, index) => {
    if (index >= begin && index <= end) return true;
    if (node === undefined || !leavesNothing.has(Object.keys(node)[0] ?? "")) return false;
    return !("SelectStmt" in node) || statementHarms(node, newObjects()).length === 0;
  });
}
