import { beforeAll, expect, it } from "vitest";
import { superuserName } from "../../../rehearsal/local/database/postgres-server.ts";
import { withConnection } from "../../../rehearsal/local/database/sql.ts";
import { insertStatement, migrationsUpTo } from "../../../rehearsal/local/sample-api/releases.ts";
import { tryMigration } from "../../../rehearsal/migration/try-migration.ts";
import { verdictOf } from "../../../rollout/migration-verdict.ts";
import { recordedSql } from "../../cli/migrations/recorded-sql.ts";
import { runPostgres } from "../local/fixtures/run-postgres.ts";

const running = runPostgres();
let databases = 0;

async function emptyDatabase() {
  const { port, superuserPassword: password } = running.server();
  const login = { host: "127.0.0.1", port, user: superuserName, password };
  const database = `trial_${++databases}`;
  await withConnection({ ...login, database: "postgres" }, (client) => client.query(`create database ${database}`));
  return { ...login, database };
}

const couple =
  "insert into couples (id, names, email) values (gen_random_uuid(), 'Ana & Ben', gen_random_uuid()::text)";
const rows = `${couple}; insert into invoices (couple_id, cents, status) select id, 100, 'sent' from couples;`;
const oldRelease = [
  { name: "new-couple", sql: couple },
  { name: "phones", sql: "select names, phone from couples" },
  { name: "invoices", sql: "select c.names, i.cents from invoices i join couples c on c.id = i.couple_id" },
];

/** Tries SQL on the first revision's schema, or the recorded one that follows it. */
async function trial(
  migration: string,
  { schema = `${recordedSql("first")}${rows}`, longestWaitMilliseconds = 5000 } = {},
) {
  return await tryMigration({
    login: await emptyDatabase(),
    schema,
    migration,
    queries: oldRelease,
    longestWaitMilliseconds,
  });
}

beforeAll(async () => {
  // Loads PostgreSQL's parser once.
  await trial("");
});

it("shows that an expand migration harms nobody", async () => {
  expect(await trial(recordedSql("expand"))).toEqual([]);
});

it("shows by the old release's own queries that a disguised migration breaks it, and which statements block", async () => {
  const schema = `${recordedSql("first")}${recordedSql("expand")}${rows}`;
  const findings = await trial(recordedSql("disguised"), { schema });
  expect(verdictOf(findings)).toEqual({ kind: "contract", blocking: true });
  const shown = findings.map(({ line, harm, sentence }) => `${line} ${harm} ${sentence}`);
  // A query meets a lock, or a deadlock, at some moments and not at others.
  const byChance = shown.filter((text) => text.includes("Beside the migration"));
  expect(byChance.filter((text) => !text.startsWith("0 blocking "))).toEqual([]);
  expect(shown.filter((text) => !byChance.includes(text))).toEqual([
    "7 blocking It changes 1 rows of couples, which stay locked until the transaction ends.",
    "13 blocking PostgreSQL writes all of invoices while it holds AccessExclusiveLock.",
    "15 blocking PostgreSQL reads all of invoices while it holds AccessExclusiveLock.",
    "17 blocking PostgreSQL reads all of invoices while it holds AccessExclusiveLock.",
    "19 blocking PostgreSQL writes all of couples while it holds AccessExclusiveLock.",
    '0 contract After the migration, the old release\'s query phones fails: column "phone" does not exist.',
  ]);
});

it.each([
  [
    "an index without CONCURRENTLY",
    "create index i on couples (names)",
    "PostgreSQL reads all of couples while it holds ShareLock.",
  ],
  [
    "a constraint that is checked at once",
    "alter table invoices add check (cents > 0)",
    "PostgreSQL reads all of invoices while it holds AccessExclusiveLock.",
  ],
  ["a column without a default", "alter table couples add column c text", undefined],
  ["a constraint that is not checked yet", "alter table invoices add check (cents > 0) not valid", undefined],
  ["an index that is built concurrently", "create index concurrently i on couples (names)", undefined],
])("sees of %s, in no transaction, what it does", async (_, sql, sentence) => {
  expect((await trial(sql)).map((one) => one.sentence)).toEqual(sentence === undefined ? [] : [sentence]);
});

it("shows that what the old release writes can be refused from then on", async () => {
  const findings = await trial("alter table couples add column code text not null default 'x' unique");
  expect(verdictOf(findings)).toEqual({ kind: "contract", blocking: true });
  expect(findings.at(-1)?.sentence).toMatch(/query new-couple fails: duplicate key value violates unique constraint/);
});

it("shows that a query waited longer than it may", async () => {
  const sql = "begin; lock table couples in access exclusive mode; select pg_sleep(1); commit";
  const findings = await trial(sql, { longestWaitMilliseconds: 200 });
  expect(findings.map(({ harm, sentence }) => `${harm} ${sentence}`)).toContainEqual(
    expect.stringMatching(/^blocking Beside the migration, the old release's query \S+ waited longer than 200 ms\.$/),
  );
});

it("stops at a statement that fails, and undoes its transaction", async () => {
  const findings = await trial(
    "begin; alter table couples drop column phone; alter table nowhere add column c int; commit",
  );
  expect(findings.map(({ harm, sentence }) => `${harm} ${sentence}`)).toEqual([
    'contract It fails: relation "nowhere" does not exist. Nothing after it was tried.',
  ]);
});

it("tries nothing where the old release's queries do not fit the schema", async () => {
  const wrong = trial("select 1", { schema: "create table couples (id int)" });
  await expect(wrong).rejects.toThrow(/^The old release's queries fail on the schema of before: new-couple: column/);
});

it("reads a schema as pg_dump writes it, with lines for psql and without a search path", async () => {
  const noSearchPath = "SELECT pg_catalog.set_config('search_path', '', false);";
  const schema = `\\restrict abc\n${recordedSql("first")}${rows}\n${noSearchPath}\n\\unrestrict abc\n`;
  expect(await trial("alter table couples add column c text", { schema })).toEqual([]);
});

it.each([
  [
    "rows for psql",
    "create table a (id int);\nCOPY public.a (id) FROM stdin;\nAna's\n\\.\n",
    "The schema, line 2: COPY … FROM stdin is for psql. Write the rows by pg_dump --inserts.",
  ],
  [
    "a statement that fails",
    "create table a (id int);\ncreate table a ();",
    'The schema, line 2: relation "a" already exists.',
  ],
])("says of %s in a schema where they are", async (_, schema, message) => {
  await expect(trial("select 1", { schema })).rejects.toThrow(message);
});

it("shows that the sample API's own migrations are expand", async () => {
  const values = (release: "1.0.0" | "1.1.0") =>
    insertStatement(release).replace("$1", "gen_random_uuid()").replace("$2", "'Ana'").replace("$3", "'test'");
  for (const [old, next] of [["1.0.0", "1.1.0"]] as const) {
    const findings = await tryMigration({
      login: await emptyDatabase(),
      schema: `${migrationsUpTo(old).join(";")}; ${values(old)}`,
      migration: migrationsUpTo(next).join(";"),
      queries: [{ name: "new couple", sql: values(old) }],
      longestWaitMilliseconds: 5000,
    });
    expect(findings).toEqual([]);
  }
});
