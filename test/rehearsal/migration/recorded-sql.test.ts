import { describe, expect, it } from "vitest";
import { recordSql } from "../../../rehearsal/migration/recorded-sql.ts";

/** What one session sent, as SQL. */
async function recorded(...sent: readonly string[]) {
  return await recordSql(
    sent.map((sql) => ({ session: "a", sql })),
    [],
    new Set(["count", "now"]),
  );
}

const statementsOf = (sql: string) => sql.split("\n").filter((line) => line !== "");

describe("the SQL of what a migration sent", () => {
  it.each([
    [
      "UPDATE t SET a = 'Ana', b = 7 WHERE c = $1 AND d = E'x\\'y'",
      "UPDATE t SET a = '?', b = 0 WHERE c = $1 AND d = '?';",
    ],
    ["INSERT INTO t VALUES (1.5, 'Ana'), (2, U&'Ben')", "INSERT INTO t VALUES (0, '?'), (0, '?');"],
    [
      "SELECT f(a) FROM t WHERE b = interval '1 day' -- Ana\n LIMIT 10",
      "SELECT f(a) FROM t WHERE b = interval '?'\n LIMIT 0;",
    ],
    ["DELETE FROM té WHERE a = 'é' AND b = 'é'", "DELETE FROM té WHERE a = '?' AND b = '?';"],
    ['DECLARE "c_7f_1" CURSOR FOR SELECT f(a) FROM t WHERE b = 1', "SELECT f(a) FROM t WHERE b = 0;"],
  ])("has no value of a row: %s", async (sent, kept) => {
    expect((await recorded(sent)).sql).toBe(`\n${kept}\n`);
  });

  it.each([
    "ALTER TABLE t ADD COLUMN c text DEFAULT 'new'",
    "UPDATE alembic_version SET version_num='b' WHERE alembic_version.version_num = 'a'",
    "SET lock_timeout = '5s'",
  ])("keeps the values that say what a statement does: %s", async (sql) => {
    expect((await recorded(sql)).sql).toBe(`\n${sql};\n`);
  });

  it("has what a loop sent once, where it came first, and says so of each", async () => {
    const { sql, statements } = await recorded(
      "UPDATE t SET a = 'Ana' WHERE b = 1",
      "ALTER TABLE t ADD COLUMN c int",
      "UPDATE t SET a = 'Ben' WHERE b = 2",
    );
    expect(statementsOf(sql)).toEqual(["UPDATE t SET a = '?' WHERE b = 0;", "ALTER TABLE t ADD COLUMN c int;"]);
    expect(statements.map(({ sentIndex, line }) => [sentIndex, line])).toEqual([
      [0, 2],
      [1, 4],
      [2, 2],
    ]);
  });

  it("leaves out what is the driver's own, and transactions that change nothing", async () => {
    const { sql } = await recorded(
      "BEGIN",
      "SHOW standard_conforming_strings",
      "ROLLBACK",
      "BEGIN",
      "SAVEPOINT s",
      "FETCH FORWARD 100 FROM c",
      "CLOSE c",
      "ALTER TABLE t ADD COLUMN c int; ALTER TABLE t ADD COLUMN d int",
      "RELEASE s",
      "DEALLOCATE ALL",
      "COMMIT",
    );
    expect(statementsOf(sql)).toEqual([
      "BEGIN;",
      "ALTER TABLE t ADD COLUMN c int;",
      "ALTER TABLE t ADD COLUMN d int;",
      "COMMIT;",
    ]);
  });

  it.each([
    ["SELECT a FROM t WHERE b = 'Ana'", true],
    ["SELECT count(*), pg_catalog.now() FROM t", true],
    ["DECLARE c CURSOR FOR SELECT a FROM t", true],
    ["SELECT count(change_everything()) FROM t", false],
    // A schema's own function of the same name may do anything.
    ["SELECT portal.now()", false],
    ["SELECT a FROM t FOR UPDATE", false],
    ["WITH gone AS (DELETE FROM t RETURNING a) SELECT count(*) FROM gone", false],
  ])("leaves out a query only where it is known to change nothing and to lock nothing: %s", async (sql, isLeftOut) => {
    expect(statementsOf((await recorded(sql)).sql).length).toBe(isLeftOut ? 0 : 1);
  });

  it("keeps what nobody can read", async () => {
    expect((await recorded("ALTER TABEL t")).sql).toBe("\nALTER TABEL t;\n");
  });
});

describe("one transaction", () => {
  const change = "UPDATE t SET a = 1";
  it.each([
    ["all of it", ["BEGIN", change, change, "COMMIT"], true],
    ["a query before it", ["SELECT 1", "BEGIN", change, "COMMIT"], true],
    [
      "a transaction for each batch, although each sends the same",
      ["BEGIN", change, "COMMIT", "BEGIN", change, "COMMIT"],
      false,
    ],
    ["none", [change], false],
    ["something after it", ["BEGIN", change, "COMMIT", "CREATE INDEX CONCURRENTLY i ON t (a)"], false],
  ])("is told by what was sent, not by what is kept: %s", async (_, sent, isOne) => {
    expect((await recorded(...sent)).isOneTransaction).toBe(isOne);
  });

  it("is not what two sessions ran", async () => {
    const sent = ["a", "b"].flatMap((session) => ["BEGIN", change, "COMMIT"].map((sql) => ({ session, sql })));
    expect((await recordSql(sent, [], new Set())).isOneTransaction).toBe(false);
  });
});
