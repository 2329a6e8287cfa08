import type { Client } from "pg";
import { readSql, type SqlStatement } from "../../cli/migrations/read-sql.ts";
import type { MigrationFinding } from "../../rollout/migration-verdict.ts";
import { type DatabaseLogin, withClient } from "../local/database/sql.ts";
import { fillDatabase } from "./fill-database.ts";
import { type FailedQuery, type SampleQuery, startOldRelease } from "./old-release.ts";
import { standingTables, type TableTouch, tablesOf, touchesBetween } from "./watch-statement.ts";

/** What to try. */
export interface MigrationTrial {
  /** An empty database, and somebody who may do everything in it. */
  readonly login: DatabaseLogin;
  /** SQL that makes the schema of the deployed revision, with rows where there are any. */
  readonly schema: string;
  readonly migration: string;
  /** What the old release asks. */
  readonly queries: readonly SampleQuery[];
  /** How long one of them may take beside the migration. */
  readonly longestWaitMilliseconds: number;
}

/**
 * Runs a migration on a real PostgreSQL while the old release works beside it, and asks its queries again afterwards. What PostgreSQL
 * shows of each statement counts, not how long it took: a table that it reads or writes whole under a lock that stops writes
 * takes long where the table is large.
 *
 * @returns what was found, in the order of the SQL
 * @throws {Error} where the schema cannot be made, or a query fails before the migration: then nothing would be shown
 */
export async function tryMigration(trial: MigrationTrial): Promise<readonly MigrationFinding[]> {
  const { login, schema, migration, queries, longestWaitMilliseconds } = trial;
  await fillDatabase(login, schema, "The schema");
  return await withClient(login, async (client) => {
    const release = await startOldRelease(login, queries, longestWaitMilliseconds);
    const before = await release.runAll();
    if (before.length > 0) {
      await release.stop();
      const said = before.map(({ name, message }) => `${name}: ${message}`).join("; ");
      throw new Error(`The old release's queries fail on the schema of before: ${said}. Nothing was tried.`);
    }
    const touched = await runStatements(client, (await readSql(migration)).statements);
    const after = touched.hasFailed ? [] : await release.runAll();
    const beside = await release.stop();
    return [...touched.findings, ...oldReleaseFindings(beside, after, longestWaitMilliseconds)];
  });
}

const noTransaction = "25001";

async function runStatements(
  client: Client,
  statements: readonly SqlStatement[],
): Promise<{ readonly findings: readonly MigrationFinding[]; readonly hasFailed: boolean }> {
  const names = await tablesOf(client);
  const known = [...names.keys()];
  const findings: MigrationFinding[] = [];
  let isInTransaction = false;
  for (const statement of statements) {
    const { node, source } = statement;
    try {
      if (node !== undefined && "TransactionStmt" in node) {
        await client.query(source);
        isInTransaction = ["TRANS_STMT_BEGIN", "TRANS_STMT_START"].includes(node.TransactionStmt.kind ?? "");
        continue;
      }
      if (!isInTransaction) await client.query("begin");
      const before = await standingTables(client, known);
      await client.query(source);
      const touches = touchesBetween(names, before, await standingTables(client, known));
      if (!isInTransaction) await client.query("commit");
      findings.push(...touches.flatMap((touch) => touchFinding(statement, touch)));
    } catch (error) {
      if (!isInTransaction) await client.query("rollback");
      const failure = isInTransaction || !isRefusedInTransaction(error) ? error : await runAlone(client, source);
      if (failure === undefined) continue;
      await client.query("rollback");
      const message = failure instanceof Error ? failure.message : String(failure);
      const sentence = `It fails: ${message}. Nothing after it was tried.`;
      findings.push({ judge: "trial", harm: "contract", line: statement.line, statement: statement.text, sentence });
      return { findings, hasFailed: true };
    }
  }
  return { findings, hasFailed: false };
}

/** What PostgreSQL runs outside of a transaction only, such as an index that is built concurrently. */
function isRefusedInTransaction(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === noTransaction;
}

/** @returns why it failed; undefined where it did not */
async function runAlone(client: Client, sql: string): Promise<unknown> {
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    return error ?? new Error("unknown");
  }
}

/** What it means that a statement has touched a table that stood before. */
export function touchFinding(
  { line, text }: Pick<SqlStatement, "line" | "text">,
  touch: TableTouch,
): readonly MigrationFinding[] {
  const { table, lock, isRewritten, isScanned, changedRows } = touch;
  const found = { judge: "trial", line, statement: text } as const;
  if (changedRows > 0) {
    const sentence = `It changes ${changedRows} rows of ${table}, which stay locked until the transaction ends.`;
    return [{ ...found, harm: "blocking", sentence }];
  }
  if (lock === null || !(isRewritten || isScanned)) return [];
  const sentence = `PostgreSQL ${isRewritten ? "writes" : "reads"} all of ${table} while it holds ${lock}.`;
  return [{ ...found, harm: "blocking", sentence }];
}

/**
 * What the old release's queries show.
 *
 * @param beside that failed while the migration ran
 * @param after that failed when it had ended
 */
export function oldReleaseFindings(
  beside: readonly FailedQuery[],
  after: readonly FailedQuery[],
  longestWaitMilliseconds: number,
): readonly MigrationFinding[] {
  return [...afterFindings(after), ...besideFindings(beside, after, longestWaitMilliseconds)];
}

function afterFindings(failures: readonly FailedQuery[]): readonly MigrationFinding[] {
  return failures.map(({ name, message }) => ({
    judge: "trial",
    harm: "contract",
    line: 0,
    statement: name,
    sentence: `After the migration, the old release's query ${name} fails: ${message}.`,
  }));
}

function besideFindings(
  failures: readonly FailedQuery[],
  after: readonly FailedQuery[],
  longestWaitMilliseconds: number,
): readonly MigrationFinding[] {
  return failures
    .filter(({ name, hasWaited }) => hasWaited || !after.some((one) => one.name === name))
    .map(({ name, message, hasWaited, isDeadlock }) => ({
      judge: "trial",
      harm: hasWaited || isDeadlock ? "blocking" : "contract",
      line: 0,
      statement: name,
      sentence: hasWaited
        ? `Beside the migration, the old release's query ${name} waited longer than ${longestWaitMilliseconds} ms.`
        : `Beside the migration, the old release's query ${name} failed: ${message}.`,
    }));
}
