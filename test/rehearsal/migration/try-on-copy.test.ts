import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { alembicHere } from "../../../rehearsal/migration/run-alembic.ts";
import { type CopyTrial, tryOnCopy } from "../../../rehearsal/migration/try-on-copy.ts";
import { alembicOf, describeWithAlembic, firstRevision } from "../../support/alembic/alembic-project.ts";

// What a developer's machine may have for another database.
beforeEach(() => {
  vi.stubEnv("DATABASE_URL", "postgresql://127.0.0.1:9/elsewhere");
  vi.stubEnv("PGHOST", "elsewhere.invalid");
  vi.stubEnv("PGHOSTADDR", "127.0.0.2");
});
afterEach(() => vi.unstubAllEnvs());

const rows = {
  path: "rows.sql",
  sql: `insert into couples (names, phone) values ('Ana & Ben', '0400 000 001'), ('Cy & Di', null), ('Ed & Flo', '0400 000 003');
    insert into invoices (couple_id, cents) select id, 100 from couples;`,
};

/** As pg_dump writes it, with owners and rights, but without a row of Alembic's table. */
const dump = `\\restrict abc
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.alembic_version (version_num character varying(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE public.couples (id uuid DEFAULT gen_random_uuid() NOT NULL PRIMARY KEY, names text NOT NULL, phone text);
ALTER TABLE public.couples OWNER TO celebrant_migrator;
CREATE TABLE public.invoices (id bigint NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY, couple_id uuid NOT NULL REFERENCES public.couples (id), cents integer NOT NULL);
CREATE MATERIALIZED VIEW public.named AS SELECT names FROM public.couples WITH NO DATA;
GRANT SELECT ON TABLE public.couples TO prod_user;
\\unrestrict abc
`;

/** Tries what a program sends that stands in for Alembic, on a connection by libpq's variables alone. */
async function trySent(sent: readonly string[]) {
  const [python = ""] = alembicOf([]);
  const script = `import json, psycopg
connection = psycopg.connect(autocommit=True)
for sql in json.loads(r"""${JSON.stringify(sent)}"""):
    connection.execute(sql)`;
  const schema = { path: "schema.sql", sql: dump };
  return await tryOnCopy(trialOf([python, "-c", script], { schema, from: "base" }));
}

function trialOf(alembicWords: readonly string[], over: Partial<CopyTrial> = {}): CopyTrial {
  return {
    stageDatabase: { database: "celebrant_portal", applicationRole: "prod_user", region: "ap-southeast-2" },
    postgresVersion: 17,
    alembic: alembicHere(alembicWords),
    from: firstRevision,
    schema: undefined,
    rows,
    queries: [
      { name: "new-couple", sql: "insert into couples (names) values ('Gus & Hal')" },
      { name: "phones", sql: "select names, phone from couples" },
      { name: "invoices", sql: "select c.names, i.cents from invoices i join couples c on c.id = i.couple_id" },
    ],
    // What waits by chance is for the tests of the trial.
    longestWaitMilliseconds: 60_000,
    say: () => {},
    ...over,
  };
}

/** Without comments. */
function statementsIn(sql: string): readonly string[] {
  return sql.split("\n").filter((line) => line !== "" && !line.startsWith("--"));
}

describeWithAlembic("a migration that reads rows, on a copy", () => {
  it.each([
    ["psycopg", "UPDATE couples SET greeting = $1 WHERE id = $2;"],
    ["psycopg2", "UPDATE couples SET greeting = '?' WHERE id = '?'::uuid;"],
  ])("is judged by what %s sent, and expand where it only fills a new column", async (driver, update) => {
    const tried = await tryOnCopy(trialOf(alembicOf(["backfill"], driver)));
    expect(statementsIn(tried.sql)).toEqual([
      "BEGIN;",
      "ALTER TABLE couples ADD COLUMN greeting TEXT;",
      update,
      "UPDATE alembic_version SET version_num='b0a7f111a000' WHERE alembic_version.version_num = '1975ea83b712';",
      "COMMIT;",
    ]);
    const { verdict, revisions, isOneTransaction, squawk } = tried.judged;
    expect({ verdict, revisions, isOneTransaction }).toEqual({
      verdict: { kind: "expand", blocking: true },
      revisions: { from: [firstRevision], to: ["b0a7f111a000"] },
      isOneTransaction: true,
    });
    expect(squawk).toHaveProperty("version");
    expect(tried.judged.findings.filter(({ harm }) => harm !== "note").map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^The rows of couples that it changes stay locked until the transaction ends\./),
    ]);
    // It adds a column, and then loops over the rows in the same transaction.
    expect(tried.shown.map(({ harm, line, statement }) => [harm, line, statement])).toEqual([
      ["blocking", 0, "SELECT id, names FROM couples ORDER BY names"],
      ["blocking", tried.sql.split("\n").indexOf(update) + 1, update.slice(0, -1)],
    ]);
    expect(tried.shown[0]?.sentence).toMatch(
      /^It works with rows of couples while it locks couples \(AccessExclusiveLock\), so requests wait for as long as that takes: SELECT id, names FROM couples ORDER BY names\./,
    );
    expect(tried.bareReads).toEqual([]);
    expect(tried.sql).not.toContain("Ana");
  });

  it("is contract where a row leads it to drop a column, and the old release shows it", async () => {
    const { judged, shown } = await tryOnCopy(trialOf(alembicOf(["disguised"])));
    expect(judged.verdict).toEqual({ kind: "contract", blocking: true });
    expect(
      judged.findings.filter(({ harm }) => harm === "contract").map(({ judge, statement }) => [judge, statement]),
    ).toEqual([
      ["parser", "ALTER TABLE couples DROP COLUMN IF EXISTS phone"],
      ["squawk", "ALTER TABLE couples DROP COLUMN IF EXISTS phone"],
    ]);
    expect(shown.map(({ harm, sentence }) => `${harm} ${sentence}`)).toContain(
      'contract After the migration, the old release\'s query phones fails: column "phone" does not exist.',
    );
  });

  it.each([
    [
      "disguised",
      "insert into couples (names) values ('Ana & Ben')",
      "SELECT id, phone FROM couples WHERE phone IS NOT NULL",
    ],
    // It has an answer, which is 0.
    [
      "rewrite",
      "insert into couples (names) values ('Ana & Ben')",
      "SELECT count(*) FROM couples WHERE phone IS NOT NULL",
    ],
    // It reads by a cursor.
    ["backfill", "select 1", "SELECT id, names FROM couples ORDER BY names"],
  ] as const)(
    "does not show what it would do where no row leads it there, and says which query found none: %s",
    async (name, sql, query) => {
      const { judged, bareReads } = await tryOnCopy(trialOf(alembicOf([name]), { rows: { path: "rows.sql", sql } }));
      expect(judged.verdict).toEqual({ kind: "expand", blocking: false });
      expect(bareReads).toEqual([{ query, why: "It found no row of couples on the copy." }]);
    },
  );

  it("is blocking where it rewrites a table, which the server itself notes, statement by statement", async () => {
    const { judged, shown, sql } = await tryOnCopy(trialOf(alembicOf(["rewrite"])));
    expect(judged.verdict).toEqual({ kind: "expand", blocking: true });
    const rewrite = "ALTER TABLE couples ADD COLUMN token UUID DEFAULT gen_random_uuid()";
    expect(shown).toEqual([
      {
        judge: "trial",
        harm: "blocking",
        line: sql.split("\n").indexOf(`${rewrite};`) + 1,
        statement: rewrite,
        sentence: "PostgreSQL writes all of couples while it holds AccessExclusiveLock.",
      },
    ]);
    // It counts the rows, and builds an index outside of its transaction.
    expect(statementsIn(sql)).toContain("CREATE INDEX CONCURRENTLY ix_invoices_cents ON invoices (cents);");
    expect(judged.isOneTransaction).toBe(false);
  });

  it("judges nothing where it fails at one of the rows", async () => {
    const sql = `${rows.sql} insert into couples (names) values ('Solo');`;
    await expect(tryOnCopy(trialOf(alembicOf(["fails"]), { rows: { path: "rows.sql", sql } }))).rejects.toThrow(
      /^The migration failed on the copy, and nothing was judged\. The copy was still at revision 1975ea83b712; it is gone now, and no check has changed\. .*failed with exit code 1: [\s\S]*ValueError: [\s\S]*\. The last that it sent: UPDATE couples SET first_name = \$1 WHERE id = \$2$/,
    );
  });

  it("says how far it came where an earlier revision of it stays", async () => {
    const sql = `${rows.sql} insert into couples (names) values ('Solo');`;
    const trial = trialOf(alembicOf(["backfill", "fails"]), { rows: { path: "rows.sql", sql } });
    await expect(tryOnCopy(trial)).rejects.toThrow(
      /^The migration failed on the copy, and nothing was judged\. The copy had come from revision 1975ea83b712 to b0a7f111a000; it is gone now/,
    );
  });

  it("is no single transaction where a later one only repeats what the first has sent", async () => {
    const update = "UPDATE couples SET names = names";
    const sent = ["BEGIN", update, "INSERT INTO alembic_version VALUES ('b')", "COMMIT", "BEGIN", update, "COMMIT"];
    const { sql, judged } = await trySent(sent);
    expect(statementsIn(sql)).toEqual(sent.slice(0, 4).map((one) => `${one};`));
    expect(judged.isOneTransaction).toBe(false);
  });

  const ask = "SELECT names FROM couples";
  const alter = "ALTER TABLE invoices ADD COLUMN paid boolean";
  const note = "INSERT INTO alembic_version VALUES ('b')";
  it.each([
    ["before the table is altered", ["BEGIN", ask, alter, note, "COMMIT"], []],
    ["while another table is locked", ["BEGIN", alter, ask, note, "COMMIT"], ["invoices (AccessExclusiveLock)"]],
    // PostgreSQL tells of a cursor when it ends with its transaction.
    [
      "by a cursor that stays open",
      ["BEGIN", note, alter, `DECLARE c CURSOR FOR ${ask}`, "FETCH ALL FROM c", "COMMIT"],
      ["invoices (AccessExclusiveLock)"],
    ],
    ["when that transaction has ended", ["BEGIN", alter, note, "COMMIT", "BEGIN", ask, "COMMIT"], []],
    ["where each statement is a transaction", [alter, note, ask], []],
    [
      "after a savepoint was taken back",
      ["BEGIN", alter, note, "SAVEPOINT s", "ROLLBACK TO s", ask, "COMMIT"],
      ["invoices (AccessExclusiveLock)"],
    ],
  ])("is blocking where it asks for rows under a lock: %s", async (_, sent, locked) => {
    const { shown } = await trySent(sent);
    expect(shown.map(({ sentence }) => /while it locks (.*?), so/.exec(sentence)?.[1])).toEqual(locked);
  });

  it("does not answer for what PostgreSQL asks by itself, such as whether rows break a foreign key", async () => {
    const key = "ALTER TABLE invoices ADD CONSTRAINT k FOREIGN KEY (couple_id) REFERENCES couples (id)";
    const { bareReads, shown } = await trySent([key, "INSERT INTO alembic_version VALUES ('b')"]);
    expect(bareReads).toEqual([]);
    expect(shown.map(({ sentence }) => sentence)).toContain(
      "PostgreSQL reads all of couples while it holds ShareRowExclusiveLock.",
    );
  });

  it("judges nothing where Alembic connects to something else", async () => {
    const elsewhere = ["/bin/sh", "-c", "exit 0"];
    await expect(tryOnCopy(trialOf(elsewhere, { from: "base", rows: undefined, queries: [] }))).rejects.toThrow(
      /^Alembic sent nothing to the copy, so nothing was judged\. Its env\.py has to connect to what DATABASE_HOST, /,
    );
  });

  it("judges nothing where there is no migration, or the old release's queries do not fit", async () => {
    await expect(tryOnCopy(trialOf(alembicOf([])))).rejects.toThrow(
      /^The image brings no migration that follows 1975ea83b712\. Nothing was judged\.$/,
    );
    const queries = [{ name: "gifts", sql: "select * from gifts" }];
    await expect(tryOnCopy(trialOf(alembicOf(["backfill"]), { queries }))).rejects.toThrow(
      /^The old release's queries fail on the copy: gifts: relation "gifts" does not exist\. Nothing was tried\.$/,
    );
  });
});

describeWithAlembic("a copy that is made of a dump", () => {
  const schema = { path: "schema.sql", sql: dump };

  it("is at the revision that was named, and the migration may change what it holds", async () => {
    const { judged } = await tryOnCopy(trialOf(alembicOf(["rewrite"]), { schema }));
    expect(judged.revisions).toEqual({ from: [firstRevision], to: ["2e391e500000"] });
  });

  it("is not made where the dump says another revision", async () => {
    const sql = `${dump}; insert into public.alembic_version values ('ae1027a6acf1');`;
    const trial = tryOnCopy(trialOf(alembicOf(["backfill"]), { schema: { path: "schema.sql", sql } }));
    await expect(trial).rejects.toThrow(
      /^schema\.sql leaves the copy at revision ae1027a6acf1, and you asked for --from 1975ea83b712\. Give the revision/,
    );
  });
});
