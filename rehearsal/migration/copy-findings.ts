import type { MigrationFinding } from "../../rollout/migration-verdict.ts";
import { relationsRead } from "./reads.ts";
import { blanking, type RecordedSql } from "./recorded-sql.ts";
import type { RanStatement, RecordedTouch } from "./server-log.ts";
import { touchFinding } from "./try-migration.ts";

/** What statements that define something did to tables that stood before. */
export function touchFindings(
  { statements }: RecordedSql,
  touches: readonly RecordedTouch[],
): readonly MigrationFinding[] {
  return touches.flatMap(({ sentIndex, command, touch }) => {
    const sent = statements.filter((one) => one.sentIndex === sentIndex);
    const place = sent.find(({ text }) => text.toUpperCase().startsWith(command)) ?? sent[0];
    return touchFinding(place ?? { line: 0, text: command }, touch);
  });
}

/**
 * What holds a lock while it works with rows: a migration that alters a table, and then reads rows in the same transaction, keeps requests
 * waiting for as long as there are rows.
 */
export async function lockFindings(
  { statements }: RecordedSql,
  ran: readonly RanStatement[],
  relations: ReadonlyMap<string, string>,
): Promise<readonly MigrationFinding[]> {
  const blank = await blanking();
  const found = new Map<string, MigrationFinding>();
  for (const one of ran) {
    const read = relationsRead(one, relations);
    if (one.locks.size === 0 || read.length === 0) continue;
    const query = blank(one["Query Text"]).replace(/\s+/g, " ").trim();
    const locked = [...one.locks].map(([table, lock]) => `${table} (${lock})`).join(" and ");
    const sentence = `It works with rows of ${read.join(" and ")} while it locks ${locked}, so requests wait for as long as that takes: ${query}. Do it before a table is altered, or in a transaction of its own.`;
    // A query that only reads has no line.
    const { line, text } = statements.find(({ sentIndex }) => sentIndex === one.sentIndex) ?? { line: 0, text: query };
    found.set(sentence, { judge: "trial", harm: "blocking", line, statement: text, sentence });
  }
  return [...found.values()];
}
