import { readSql } from "../../cli/migrations/read-sql.ts";
import { messageOf } from "../../cli/outcome.ts";
import { type DatabaseLogin, withClient } from "../local/database/sql.ts";

/**
 * Runs SQL that makes a schema or rows, on a connection of its own: pg_dump takes away its session's search path.
 *
 * @param what names it in an error, such as the file that it is from
 * @throws {Error} naming the line of the statement that fails
 */
export async function fillDatabase(login: DatabaseLogin, sql: string, what: string): Promise<void> {
  const copied = /^copy\s[^;]*\sfrom\s+stdin\b/im.exec(sql);
  if (copied !== null) {
    const line = sql.slice(0, copied.index).split("\n").length;
    throw new Error(`${what}, line ${line}: COPY … FROM stdin is for psql. Write the rows by pg_dump --inserts.`);
  }
  const { statements } = await readSql(withoutMetaCommands(sql));
  await withClient(login, async (client) => {
    for (const { source, line } of statements) {
      await client.query(source).catch((error: unknown) => {
        throw new Error(`${what}, line ${line}: ${messageOf(error)}.`, { cause: error });
      });
    }
  });
}

/** pg_dump writes lines for psql, which the server does not know. */
function withoutMetaCommands(sql: string): string {
  return sql.replace(/^\\.*$/gm, "");
}
