import { describe, expect, it } from "vitest";
import { judgeSql } from "../../../cli/migrations/judge-sql.ts";
import type { Harm, MigrationFinding } from "../../../rollout/migration-verdict.ts";
import { recordedSql } from "./recorded-sql.ts";

const judge = async (sql: string) => await judgeSql(sql, 17);
const harmsOf = (findings: readonly MigrationFinding[], by: MigrationFinding["judge"]): readonly Harm[] => [
  ...new Set(findings.filter((one) => one.judge === by).map(({ harm }) => harm)),
];

describe("the SQL that Alembic writes", () => {
  it("is expand for a first revision: nobody uses what it makes", async () => {
    const { verdict, revisions, statements, isOneTransaction } = await judge(recordedSql("first"));
    expect(verdict).toEqual({ kind: "expand", blocking: false });
    expect(revisions).toEqual({ from: [], to: ["1975ea83b712"] });
    expect([statements, isOneTransaction]).toEqual([8, true]);
  });

  it("is expand where it adds what the old release does not know, and an index concurrently", async () => {
    const { verdict, findings, revisions, isOneTransaction } = await judge(recordedSql("expand"));
    expect(verdict).toEqual({ kind: "expand", blocking: false });
    expect(findings.map(({ line, harm, judge }) => [line, harm, judge])).toEqual([[11, "note", "parser"]]);
    expect(revisions).toEqual({ from: ["1975ea83b712"], to: ["ae1027a6acf1"] });
    // The index is built outside of the transactions around it.
    expect(isOneTransaction).toBe(false);
  });

  it("is contract and blocking where it is disguised as expand, statement by statement", async () => {
    const { verdict, findings } = await judge(recordedSql("disguised"));
    expect(verdict).toEqual({ kind: "contract", blocking: true });
    expect(findings.map(({ line, harm, judge }) => `${line} ${judge} ${harm}`)).toEqual([
      // It sets no lock_timeout.
      "5 squawk note",
      "7 parser blocking",
      "9 parser contract",
      "9 squawk contract",
      "11 parser contract",
      "11 squawk contract",
      "13 parser contract",
      "13 parser blocking",
      "13 squawk contract",
      "13 squawk blocking",
      "15 parser blocking",
      "15 squawk blocking",
      "17 parser contract",
      "17 parser blocking",
      "17 squawk blocking",
      "19 parser blocking",
      "19 squawk blocking",
    ]);
    expect(findings.find(({ line, judge }) => line === 9 && judge === "parser")).toEqual({
      judge: "parser",
      harm: "contract",
      line: 9,
      statement: "ALTER TABLE couples DROP COLUMN phone",
      sentence: "couples.phone is dropped, and the old release names it.",
    });
  });

  it("names the revisions of several at once, and of a merge of branches", async () => {
    const step = (from: string, to: string) =>
      `UPDATE alembic_version SET version_num='${to}' WHERE alembic_version.version_num = '${from}';`;
    expect((await judge(`${step("a", "b")}${step("b", "c")}`)).revisions).toEqual({ from: ["a"], to: ["c"] });
    const merge = `DELETE FROM alembic_version WHERE alembic_version.version_num = 'b'; ${step("a", "c")}`;
    expect((await judge(merge)).revisions).toEqual({ from: ["b", "a"], to: ["c"] });
    expect((await judge("select 1")).revisions).toBeNull();
  });
});

/** A statement on its own, and what the parser's rules and squawk see in it. Squawk's side is what it answered, without notes. */
const table: readonly (readonly [sql: string, parser: readonly Harm[], squawk: readonly Harm[]])[] = [
  // Harmless to a release that does not know them.
  ["ALTER TABLE t ADD COLUMN c text", [], []],
  ["ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 0", [], []],
  ["ALTER TABLE t ADD COLUMN c timestamptz NOT NULL DEFAULT now()", [], []],
  // Squawk does not know that CURRENT_DATE is the same for all rows, and is corrected.
  ["ALTER TABLE t ADD COLUMN c date DEFAULT CURRENT_DATE", [], []],
  ["ALTER TABLE t ADD COLUMN c date NOT NULL DEFAULT current_date, ADD COLUMN d text", [], []],
  [
    "ALTER TABLE t ADD COLUMN c date DEFAULT CURRENT_DATE, ADD COLUMN d uuid DEFAULT gen_random_uuid()",
    ["blocking"],
    ["blocking"],
  ],
  ["CREATE INDEX CONCURRENTLY i ON t (c)", [], []],
  ["CREATE TYPE mood AS ENUM ('a')", [], []],
  ["CREATE VIEW v AS SELECT 1 AS one", [], []],
  ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", [], []],
  ["INSERT INTO t (c) VALUES (1)", [], []],
  ["SELECT c FROM t", [], []],
  ["DECLARE k CURSOR FOR SELECT c FROM t", [], []],
  ["FETCH FORWARD 100 FROM k", [], []],
  ["CLOSE k", [], []],
  ["COMMENT ON TABLE t IS 'x'", [], []],
  ["GRANT SELECT ON t TO reader", [], []],
  ["SET lock_timeout = '5s'", [], []],
  ["ALTER TABLE t VALIDATE CONSTRAINT k", [], []],
  ["ALTER TABLE t ALTER COLUMN c SET STATISTICS 200", [], []],
  // Worth a word.
  ["ALTER TABLE t ALTER COLUMN c DROP NOT NULL", ["note"], []],
  ["ALTER TABLE t ALTER COLUMN c SET DEFAULT 1", ["note"], []],
  ["ALTER TYPE mood ADD VALUE 'b'", ["note"], []],
  // What the old release can fail by.
  ["ALTER TABLE t DROP COLUMN c", ["contract"], ["contract"]],
  ["ALTER TABLE t RENAME COLUMN c TO d", ["contract"], ["contract"]],
  ["ALTER TABLE t RENAME TO u", ["contract"], ["contract"]],
  ["ALTER TABLE t ADD COLUMN c int NOT NULL", ["contract"], ["contract"]],
  ["ALTER TABLE t ALTER COLUMN c DROP DEFAULT", ["contract"], []],
  ["ALTER TABLE t DROP CONSTRAINT k", ["contract"], []],
  ["ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0) NOT VALID", ["contract"], []],
  ["ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (c) REFERENCES u (id) NOT VALID", ["contract"], []],
  ["ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i", ["contract"], []],
  ["CREATE UNIQUE INDEX CONCURRENTLY i ON t (c)", ["contract"], []],
  ["ALTER TYPE mood RENAME VALUE 'a' TO 'b'", ["contract"], []],
  ["CREATE OR REPLACE VIEW v AS SELECT 2 AS one", ["contract"], []],
  ["CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'", ["contract"], []],
  ["CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", ["contract"], []],
  ["DROP TABLE t", ["contract"], ["contract"]],
  ["DROP TYPE mood", ["contract"], []],
  ["DROP INDEX CONCURRENTLY i", ["contract"], []],
  ["INSERT INTO t (c) VALUES (1) ON CONFLICT (c) DO UPDATE SET c = 2", ["contract"], []],
  ["REVOKE SELECT ON t FROM reader", ["contract"], []],
  ["ALTER TABLE t ENABLE ROW LEVEL SECURITY", ["contract"], []],
  // What requests wait for.
  ["CREATE INDEX i ON t (c)", ["blocking"], ["blocking"]],
  ["ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid()", ["blocking"], ["blocking"]],
  ["ALTER TABLE t ADD COLUMN c timestamptz DEFAULT clock_timestamp()", ["blocking"], ["blocking"]],
  ["ALTER TABLE t ADD COLUMN c serial", ["blocking"], []],
  ["ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS (d * 2) STORED", ["blocking"], ["blocking"]],
  ["ALTER TABLE t ADD COLUMN c int REFERENCES u (id)", ["blocking"], ["blocking"]],
  ["ALTER TABLE t SET LOGGED", ["blocking"], []],
  ["LOCK TABLE t", ["blocking"], []],
  ["REINDEX TABLE t", ["blocking"], ["blocking"]],
  ["VACUUM FULL t", ["blocking"], []],
  ["REFRESH MATERIALIZED VIEW v", ["blocking"], []],
  ["SELECT c FROM t WHERE d = $1 FOR UPDATE SKIP LOCKED", ["blocking"], []],
  // Both.
  ["ALTER TABLE t ALTER COLUMN c TYPE bigint", ["contract", "blocking"], ["contract", "blocking"]],
  ["ALTER TABLE t ALTER COLUMN c SET NOT NULL", ["contract", "blocking"], ["blocking"]],
  ["ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0)", ["contract", "blocking"], ["blocking"]],
  ["ALTER TABLE t ADD CONSTRAINT k UNIQUE (c)", ["contract", "blocking"], ["blocking"]],
  ["ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (c) REFERENCES u (id)", ["contract", "blocking"], ["blocking"]],
  ["UPDATE t SET c = 1", ["contract", "blocking"], []],
  ["DELETE FROM t", ["contract", "blocking"], []],
  ["DROP INDEX i", ["contract", "blocking"], ["blocking"]],
  ["TRUNCATE t", ["contract", "blocking"], []],
  // What nobody can read off is never expand.
  ["DO $$ BEGIN PERFORM 1; END $$", ["contract"], []],
  ["SELECT change_everything()", ["contract"], []],
  ["CALL change_everything()", ["contract"], []],
  ["DECLARE k CURSOR FOR SELECT change_everything()", ["contract"], []],
  ["WITH gone AS (DELETE FROM t RETURNING c) SELECT c FROM gone", ["contract"], []],
  ["SET search_path = other", ["contract"], []],
  ["ALTER SEQUENCE s RESTART", ["contract"], []],
  ["ALTER TABEL t", ["contract"], ["contract"]],
  ["SELECT 'without an end", ["contract"], ["contract"]],
  ["", ["contract"], []],
];

describe("one statement", () => {
  it.each(table)("%s: %j by the parser, %j by squawk", async (sql, parser, squawk) => {
    const { findings } = await judge(sql);
    const sorted = (harms: readonly Harm[]) => harms.toSorted();
    expect(sorted(harmsOf(findings, "parser"))).toEqual(sorted(parser));
    const seen = harmsOf(findings, "squawk").filter((harm) => harm !== "note");
    expect(sorted(seen)).toEqual(sorted(squawk));
  });
});

describe("what a migration has made itself", () => {
  it.each([
    [
      "a new table",
      "CREATE TABLE n (id int); CREATE UNIQUE INDEX i ON n (id); ALTER TABLE n ADD CHECK (id > 0); DROP TABLE n",
    ],
    [
      "a key of a new column",
      "ALTER TABLE t ADD COLUMN c int; ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES u (id) NOT VALID",
    ],
    ["a check of a new column", "ALTER TABLE t ADD COLUMN c int; ALTER TABLE t ADD CHECK (c > 0) NOT VALID"],
    ["an index of a new column", "ALTER TABLE t ADD COLUMN c int; CREATE UNIQUE INDEX CONCURRENTLY i ON t (c)"],
  ])("is free: %s", async (_, sql) => {
    expect(harmsOf((await judge(sql)).findings, "parser")).toEqual([]);
  });

  it.each([
    ["a table that may have been there", "CREATE TABLE IF NOT EXISTS n (id int); ALTER TABLE n DROP COLUMN id"],
    ["a table of another schema", "CREATE TABLE a.n (id int); ALTER TABLE b.n DROP COLUMN id"],
    ["a default for old rows", "ALTER TABLE t ADD COLUMN c int DEFAULT 1; ALTER TABLE t ADD UNIQUE (c)"],
    ["a check that NULL breaks", "ALTER TABLE t ADD COLUMN c int; ALTER TABLE t ADD CHECK (c IS NOT NULL) NOT VALID"],
    ["a check of an old column too", "ALTER TABLE t ADD COLUMN c int; ALTER TABLE t ADD CHECK (c > d) NOT VALID"],
    ["a default taken back", "ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 0; ALTER TABLE t ALTER c DROP DEFAULT"],
  ])("is not: %s", async (_, sql) => {
    expect((await judge(sql)).verdict.kind).toBe("contract");
  });
});

describe("what a failure undoes", () => {
  it.each([
    ["BEGIN; ALTER TABLE t ADD c int; COMMIT", true],
    ["BEGIN; SAVEPOINT s; ALTER TABLE t ADD c int; RELEASE s; COMMIT", true],
    ["SELECT 1; SET lock_timeout = '5s'; BEGIN; ALTER TABLE t ADD c int; COMMIT", true],
    ["SELECT change_everything(); BEGIN; ALTER TABLE t ADD c int; COMMIT", false],
    ["BEGIN; ALTER TABLE t ADD c int; COMMIT; ALTER TABLE t ADD d int", false],
    ["BEGIN; ALTER TABLE t ADD c int; COMMIT; BEGIN; ALTER TABLE t ADD d int; COMMIT", false],
    ["ALTER TABLE t ADD c int", false],
  ])("is all of it where it is one transaction: %s", async (sql, isOneTransaction) => {
    expect((await judge(sql)).isOneTransaction).toBe(isOneTransaction);
  });
});

it("takes SQL whose end is missing for contract, as a command leaves it that fails while it writes", async () => {
  const whole = recordedSql("expand");
  const half = whole.slice(0, whole.lastIndexOf("COMMIT"));
  const { verdict, findings } = await judge(half);
  expect(verdict).toEqual({ kind: "contract", blocking: false });
  expect(findings.filter(({ harm }) => harm === "contract")).toEqual([
    {
      judge: "parser",
      harm: "contract",
      line: 25,
      statement: "BEGIN",
      sentence: expect.stringMatching(
        /^The transaction that begins here does not end, so the rest of the SQL is missing\./,
      ),
    },
  ]);
});

it("lets no comment silence a judge, and finds the line of a statement behind comments", async () => {
  const sql =
    "-- squawk-ignore ban-drop-column\n/* a\nb */ ALTER TABLE t DROP COLUMN c; -- é\nALTER TABLE t DROP COLUMN d;";
  const { findings } = await judge(sql);
  const contracts = findings.filter(({ harm }) => harm === "contract").map(({ judge, line }) => `${judge} ${line}`);
  expect(contracts).toEqual(["parser 3", "squawk 3", "parser 4", "squawk 4"]);
});

it("judges every other statement beside one that cannot be read", async () => {
  const { findings, statements } = await judge("ALTER TABLE t ADD COLUMN c int; ALTER TABEL u; DROP TABLE v");
  expect(statements).toBe(3);
  expect(findings.filter(({ judge }) => judge === "parser").map(({ sentence }) => sentence)).toEqual([
    'PostgreSQL cannot read it: syntax error at or near "TABEL".',
    "The table v is dropped, and the old release may use it.",
  ]);
});
