import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { runRollout } from "../../../cli/commands/index.ts";
import { openEvidenceFolder } from "../../../cli/evidence/evidence-folder.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { superuserName } from "../../../rehearsal/local/database/postgres-server.ts";
import { runPostgres } from "../../rehearsal/local/fixtures/run-postgres.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { recordedSql } from "../migrations/recorded-sql.ts";

const running = runPostgres();
const password = "only-here";

async function run(database: string, ...statements: readonly string[]): Promise<void> {
  const { port, superuserPassword } = running.server();
  const client = new Client({ host: "127.0.0.1", port, database, user: superuserName, password: superuserPassword });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Two couples with three invoices, and mails that refer to couples without a foreign key. */
const data = `
  insert into couples (id, names, email) values
    ('00000000-0000-4000-8000-000000000001', 'Ana & Ben', 'ana@example.com'),
    ('00000000-0000-4000-8000-000000000002', 'Cleo & Dan', 'cleo@example.com');
  insert into invoices (couple_id, cents, status) select id, 100, 'sent' from couples;
  insert into invoices (couple_id, cents, status) select id, 200, 'paid' from couples limit 1;
  create table mails (id bigint generated always as identity primary key, couple_id uuid, sent boolean not null default false);
  insert into mails (couple_id) select id from couples;
  alter table invoices add constraint ck_cents check (cents >= 0);
  create schema audit;
  create table audit.events (id int primary key, at timestamptz not null default '2026-11-23T00:00:00Z');
`;

beforeAll(async () => {
  await run("postgres", "create database intact");
  await run(
    "intact",
    `create role reader login password '${password}'; create role owner login password '${password}'`,
    recordedSql("first"),
    data,
    "grant usage on schema public, audit to reader, owner",
    "grant select on all tables in schema public, audit to reader, owner",
    "grant select on all sequences in schema public to owner",
  );
});

let copies = 0;

/** A database of its own, damaged by these statements. */
async function damaged(...statements: readonly string[]): Promise<string> {
  const database = `copy_${++copies}`;
  await run("postgres", `create database ${database} template intact`);
  await run(database, ...statements);
  return database;
}

const clock = new Date("2026-11-23T00:00:00Z");

/** Runs the command on a database, with evidence in this folder. */
async function integrity(folder: string, database: string, ...words: readonly string[]) {
  vi.stubEnv("PGHOST", "127.0.0.1");
  vi.stubEnv("PGPORT", String(running.server().port));
  vi.stubEnv("PGDATABASE", database);
  vi.stubEnv("PGUSER", process.env["PGUSER"] ?? "owner");
  vi.stubEnv("PGPASSWORD", password);
  vi.stubEnv("PGSSLMODE", process.env["PGSSLMODE"] ?? "disable");
  const world = {
    stage: "production",
    stackFile: { readConfig: () => ({ verify: { integrityRequired: false } }) },
    now() {
      clock.setUTCMinutes(clock.getUTCMinutes() + 1);
      return new Date(clock);
    },
    evidence: openEvidenceFolder(folder, "production"),
    repository: { author: async () => "Ana <ana@example.com>" },
  } as unknown as RolloutWorld;
  const printed = { stdout: "", stderr: "" };
  const terminal = {
    stdout: { write: (text: string) => (printed.stdout += text) },
    stderr: { write: (text: string) => (printed.stderr += text) },
  };
  const exitCode = await runRollout(["integrity", "--stage", "production", ...words], terminal, async () => world);
  return { exitCode, ...printed };
}

afterEach(() => vi.unstubAllEnvs());

describe("the check of the data", () => {
  it("says of each table, constraint and sequence that it holds, and leaves a file", async () => {
    const folder = temporaryFolder();
    const words = ["--reference", "mails.couple_id=couples.id", "--checksum", "couples"];
    const { exitCode, stdout, stderr } = await integrity(folder, "intact", ...words);
    expect(stderr).toBe("");
    expect(stdout.split("\n").slice(0, -3)).toEqual([
      "The data of production (intact, as owner) holds: 11 pass, 0 fail, 0 not checked.",
      "  pass: rows of audit.events: 0",
      "  pass: rows of alembic_version: 1",
      "  pass: rows of couples: 2",
      "  pass: rows of invoices: 3",
      "  pass: rows of mails: 2",
      "  pass: check ck_cents of invoices: no row breaks it",
      "  pass: foreign key invoices_couple_id_fkey of invoices: no row breaks it",
      "  pass: sequence of invoices.id: it stands at 3, and the table at 3",
      "  pass: sequence of mails.id: it stands at 2, and the table at 2",
      "  pass: reference mails.couple_id to couples.id: every row refers to one",
      expect.stringMatching(/^ {2}pass: checksum of couples: \d+-\d+$/),
    ]);
    expect(exitCode).toBe(0);
    const [, path = ""] = /Commit (\S+)\.\n$/.exec(stdout) ?? [];
    expect(path).toMatch(/^evidence\/production\/integrity-2026-11-23T00-\d\d-00Z\.json$/);
    expect(JSON.parse(readFileSync(join(folder, path), "utf8"))).toMatchObject({
      by: "Ana <ana@example.com>",
      tables: {
        couples: { rows: 2, columns: ["created_at", "email", "id", "names", "phone"] },
        "audit.events": { rows: 0 },
      },
    });
  });

  const orphan = "set session_replication_role = replica; delete from couples where names like 'Cleo%'";
  it.each([
    ["rows whose parent is gone", [orphan], /fail: foreign key invoices_couple_id_fkey of invoices: 1 rows break it/],
    [
      "a foreign key that old rows break",
      ["alter table mails add constraint mails_fk foreign key (couple_id) references couples (id) not valid", orphan],
      /fail: foreign key mails_fk of mails: 1 rows break it, and it is NOT VALID/,
    ],
    [
      "a constraint that nobody has validated",
      ["alter table invoices add constraint ck_less check (cents < 1000) not valid"],
      /fail: check ck_less of invoices: no row breaks it, and it is NOT VALID: PostgreSQL has not checked the old rows/,
    ],
    [
      "a check that old rows break",
      ["alter table invoices add constraint ck_more check (cents > 150) not valid"],
      /fail: check ck_more of invoices: 2 rows break it/,
    ],
    [
      "a sequence behind its table",
      ["select setval('invoices_id_seq', 1)"],
      /fail: sequence of invoices\.id: it stands at 1, and the table at 3: the next insert takes a number that is there/,
    ],
    [
      "a sequence that gives the greatest number again",
      ["select setval('invoices_id_seq', 3, false)"],
      /fail: sequence of invoices\.id: it stands at 3, and the table at 3/,
    ],
    ["a reference to none", [orphan], /fail: reference mails\.couple_id to couples\.id: 1 rows refer to none/],
    [
      "an index that was left behind",
      [
        "create index ix_left on mails (sent)",
        "update pg_index set indisvalid = false where indexrelid = 'ix_left'::regclass",
      ],
      /fail: index ix_left of mails: it is not valid/,
    ],
  ])("finds %s", async (_, statements, message) => {
    const database = await damaged(...statements);
    const { exitCode, stdout } = await integrity(
      temporaryFolder(),
      database,
      "--reference",
      "mails.couple_id=couples.id",
    );
    expect(stdout).toMatch(/^The data of production .* is damaged: /);
    expect(stdout).toMatch(message);
    expect(exitCode).toBe(1);
  });

  it("says what the role that reads may not see, and checks the rest", async () => {
    vi.stubEnv("PGUSER", "reader");
    const { exitCode, stdout } = await integrity(temporaryFolder(), "intact", "--checksum", "nowhere");
    expect(stdout).toContain("as reader) holds: 7 pass, 0 fail, 3 not checked.");
    expect(stdout).toContain("not checked: sequence of mails.id: this role may not read it; as the migrator it is");
    expect(stdout).toContain("not checked: checksum of nowhere: there is no table nowhere");
    expect(exitCode).toBe(0);
  });

  it("changes nothing: PostgreSQL itself refuses", async () => {
    const { withReadOnlySession } = await import("../../../cli/integrity/read-only-session.ts");
    await integrity(temporaryFolder(), "intact");
    const write = withReadOnlySession(process.env, (ask) => ask("update couples set names = 'x'"));
    await expect(write).rejects.toThrow("cannot execute UPDATE in a read-only transaction");
  });
});

describe("two checks, compared", () => {
  /** Checks an intact database, damages it, and checks it again. */
  async function twice(words: readonly string[], ...statements: readonly string[]) {
    const folder = temporaryFolder();
    const database = await damaged();
    const { stdout } = await integrity(folder, database, ...words);
    const [, path = ""] = /Commit (\S+)\.\n$/.exec(stdout) ?? [];
    await run(database, ...statements);
    return await integrity(folder, database, "--compare", path);
  }

  it("hold where rows were added and a migration has added a column", async () => {
    const { exitCode, stdout } = await twice(
      ["--checksum", "couples"],
      "insert into mails (couple_id) select id from couples",
      "alter table couples add column venue text default 'the garden'",
    );
    expect(stdout).toContain("pass: mails, compared: 4 rows, 2 more");
    expect(stdout).toContain("pass: couples, compared: 2 rows, as before, with the same checksum");
    expect(exitCode).toBe(0);
  });

  it.each([
    [[], "delete from mails where id = 2", "fail: mails, compared: it had 2 rows, and has 1"],
    [[], "drop table mails", "fail: mails, compared: it had 2 rows, and is gone or cannot be read"],
    [
      ["--checksum", "couples"],
      "update couples set email = 'eve@example.com' where names like 'Ana%'",
      "fail: couples, compared: 2 rows, as before, and another checksum: its data has changed",
    ],
    [
      ["--checksum", "couples"],
      "update couples set phone = names, names = coalesce(phone, '')",
      "fail: couples, compared: 2 rows, as before, and another checksum: its data has changed",
    ],
    [
      ["--checksum", "couples"],
      "alter table couples drop column phone",
      "fail: couples, compared: 2 rows, as before; its columns phone are gone",
    ],
  ])("with %j find what is lost after %s", async (words, statement, message) => {
    const { exitCode, stdout } = await twice(words, statement);
    expect(stdout).toContain(message);
    expect(exitCode).toBe(1);
  });
});

it("says how to run it where the environment names no database, and asks for a verified connection", async () => {
  const { withReadOnlySession } = await import("../../../cli/integrity/read-only-session.ts");
  const open = (environment: Readonly<Record<string, string>>) => withReadOnlySession(environment, async () => {});
  await expect(open({})).rejects.toThrow("npm run rollout -- tunnel --stage <stage> -- npm run rollout -- integrity");
  const place = { PGHOST: "db.example.com", PGUSER: "reader", PGDATABASE: "portal" };
  for (const mode of ["require", "prefer", ""]) {
    await expect(open({ ...place, PGSSLMODE: mode })).rejects.toThrow("It must be verify-full, with PGSSLROOTCERT");
  }
});
