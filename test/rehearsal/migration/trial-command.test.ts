import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { sqlFingerprint } from "../../../cli/evidence/migration-check.ts";
import { runProgram } from "../../../cli/program.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { trialCommand } from "../../../rehearsal/migration/trial-command.ts";
import { alembicOf, describeWithAlembic, firstRevision } from "../../support/alembic/alembic-project.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing, TestStage } from "../../support/cli/test-stage.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const image = sampleImageDigest("1.1.0");

/** One couple, who have a phone or none, and what the old release asks, in a folder that goes with the test. */
function filesFor(phone: "'0400 000 001'" | "null"): { readonly rows: string; readonly queries: string } {
  const folder = temporaryFolder();
  const queries = join(folder, "queries");
  mkdirSync(queries);
  writeFileSync(join(queries, "couples.sql"), "select names from couples");
  const rows = join(folder, "rows.sql");
  writeFileSync(rows, `insert into couples (names, phone) values ('Ana & Ben', ${phone})`);
  return { rows, queries };
}

/** Runs the command on a copy, as `npm run try-migration` does. */
async function tryMigration(
  stage: TestStage,
  { rows, queries }: ReturnType<typeof filesFor>,
  ...words: readonly string[]
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({
    write(text: string) {
      written[name] += text;
    },
  });
  const files = ["--rows", rows, "--queries", queries, "--longest-wait", "60000"];
  const exitCode = await runProgram({
    name: "npm run try-migration --",
    root: trialCommand,
    words: ["--stage", stage.stage, "--from", firstRevision, ...files, ...words],
    terminal: { stdout: stream("stdout"), stderr: stream("stderr") },
    context: (host) => ({ process: host, openWorld: async () => stage.world() }),
  });
  return { exitCode, ...written };
}

async function checksOf(stage: TestStage) {
  return await stage.world().evidence.migrationChecks();
}

/**
 * A `docker` that is first on the path. It runs what stands behind the image's name on this machine, with the variables that it was
 * told to pass on and no other.
 */
function standInDocker(alembic: readonly string[]): () => readonly string[] {
  const folder = temporaryFolder();
  const calls = join(folder, "calls");
  const path = join(folder, "docker");
  writeFileSync(
    path,
    `#!/bin/sh
printf '%s\\n' "$*" >> '${calls}'
[ "$1" = image ] && { echo linux/amd64; exit; }
[ "$1" = run ] || exit 1
passed=
while [ "$2" != alembic ]; do
  [ "$1" = --env ] && passed="$passed $2=$(printenv "$2")"
  shift
done
shift 2
exec env -i $passed ${alembic.map((word) => `'${word}'`).join(" ")} "$@"
`,
  );
  chmodSync(path, 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"]}`);
  return () => readFileSync(calls, "utf8").trim().split("\n");
}

describeWithMoto("a migration that cannot be rendered", () => {
  describeWithAlembic("on a copy", () => {
    const started = startStage("staging");
    let at0: Standing;
    beforeAll(async () => {
      at0 = await started.current.remember();
      // Temporary files go there, and PostgreSQL, which may run as another user, has its own among them.
      chmodSync(started.current.folder, 0o711);
    });
    beforeEach(async () => {
      await started.current.returnTo(at0);
      for (const [key, value] of Object.entries(started.moto.environment)) vi.stubEnv(key, value);
    });
    afterEach(() => vi.unstubAllEnvs());

    it("is refused by the task and by its check, with the command that runs it on a copy", async () => {
      const stage = started.current;
      const command = (from: string) =>
        `npm run try-migration -- --stage staging --colour green --from ${from} --rows rows.sql --queries queries`;
      expect((await stage.run("task", "--run", "migrate")).stderr).toContain(command("REVISION"));
      standInDocker(alembicOf(["disguised"]));
      const { exitCode, stderr } = await stage.run("check-migration", "--from", firstRevision);
      // What Alembic has nobody to ask.
      expect(stderr).toMatch(/'NoneType' object has no attribute/);
      expect(stderr).toContain(command(firstRevision));
      expect(exitCode).toBe(1);
    });

    it("is checked by what the image ran there, and its task goes by that", async () => {
      const stage = started.current;
      const calls = standInDocker(alembicOf(["disguised"]));
      const run = await tryMigration(stage, filesFor("'0400 000 001'"));
      const { imageRepositoryUrl } = await stage.addresses();
      expect(calls().at(-1)).toMatch(/^run --rm --network host --env DATABASE_HOST .* --env PGUSER /);
      expect(calls().at(-1)?.endsWith(`${imageRepositoryUrl}@${image} alembic upgrade head`)).toBe(true);
      const [check, ...more] = await checksOf(stage);
      expect(more).toEqual([]);
      expect(check).toMatchObject({
        image,
        colour: "green",
        source: "image, on a copy",
        revisions: { from: [firstRevision], to: ["d15901500000"] },
        verdict: { kind: "contract", blocking: true },
      });
      expect(run).toMatchObject({ exitCode: 1, stderr: "" });
      const [, path = ""] = /^What ran is in (\S+)\. Commit it, too\.$/m.exec(run.stdout) ?? [];
      expect(run.stdout).toMatch(
        new RegExp(
          `^The migration of green, ${image}, is contract, blocking \\(6 statements, 1975ea83b712 → d15901500000\\)\\.`,
        ),
      );
      expect(run.stdout).toContain(`\nCommit ${path.replace(/\.sql$/, ".json")}.\n`);
      const sql = readFileSync(join(stage.folder, path), "utf8");
      expect(check?.sqlSha256).toBe(sqlFingerprint(sql));
      expect(sql).toContain("DROP COLUMN IF EXISTS phone;");
      const refused = await stage.run(
        "task",
        "--run",
        "migrate",
        "--kind",
        "expand",
        "--reason",
        "it is only a column",
      );
      expect(refused.stderr).toContain("You asked for a migration of kind expand, and its SQL is contract, blocking.");
      // The file of what ran is checked like any SQL, and keeps what the trial showed.
      const again = await stage.run("check-migration", "--sql", join(stage.folder, path), "--json");
      expect(JSON.parse(again.stdout).check).toMatchObject({
        sqlSha256: check?.sqlSha256,
        revisions: check?.revisions,
        verdict: check?.verdict,
        findings: check?.findings,
      });
    });

    it("leaves no check where its queries found no row, unless a reason says why", async () => {
      const stage = started.current;
      const alembic = ["--", ...alembicOf(["disguised"])];
      const refused = await tryMigration(stage, filesFor("null"), ...alembic);
      expect(refused.stderr.split("\n")).toEqual([
        "The check of green's migration is refused.",
        "- It found no row of couples on the copy. It was asked by: SELECT id, phone FROM couples WHERE phone IS NOT NULL",
        expect.stringMatching(
          /^- What the migration does with rows like these has not run, so nobody has judged it\. Write rows .* --rows FILE\. If none is ever found in staging, .* --reason "<why>"\.$/,
        ),
        "",
      ]);
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(await checksOf(stage)).toEqual([]);
      const reason = "no couple has ever given a phone";
      const passed = await tryMigration(stage, filesFor("null"), "--reason", reason, ...alembic);
      expect(passed).toMatchObject({ exitCode: 0, stderr: "" });
      expect(passed.stdout).toContain("Only what ran on the copy was judged.");
      const [check] = await checksOf(stage);
      expect(check).toMatchObject({
        source: "command, on a copy",
        reason,
        verdict: { kind: "expand", blocking: false },
      });
      expect(check?.findings.filter(({ judge }) => judge === "trial")).toEqual([
        {
          judge: "trial",
          harm: "note",
          line: 0,
          statement: "SELECT id, phone FROM couples WHERE phone IS NOT NULL",
          sentence:
            "It found no row of couples on the copy. What the migration does with rows that it finds was not judged.",
        },
      ]);
      const [, path = ""] = /^What ran is in (\S+)\. Commit it, too\.$/m.exec(passed.stdout) ?? [];
      const again = await stage.run("check-migration", "--sql", join(stage.folder, path), "--json");
      expect(JSON.parse(again.stdout).check).toMatchObject({ reason, verdict: check?.verdict });
      const migrated = await stage.run("task", "--run", "migrate");
      expect(migrated.stdout).toMatch(/^migrate \(expand\) from green, sha256:\w+, ended with exit code 0/);
    });

    it("leaves the checks and their files as they are where it fails halfway", async () => {
      const stage = started.current;
      const folder = join(stage.folder, "evidence", "staging");
      await tryMigration(stage, filesFor("null"), "--", ...alembicOf(["backfill"]));
      const [before, checks] = [readdirSync(folder), await checksOf(stage)];
      expect(checks.map(({ verdict }) => verdict)).toEqual([{ kind: "expand", blocking: true }]);
      const files = filesFor("null");
      writeFileSync(files.rows, "insert into couples (names) values ('Ana & Ben'), ('Solo')");
      const failed = await tryMigration(stage, files, "--colour", "green", "--", ...alembicOf(["fails"]));
      expect(failed.stderr).toMatch(/^The migration failed on the copy, and nothing was judged\./);
      expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
      expect(readdirSync(folder)).toEqual(before);
      expect(await checksOf(stage)).toEqual(checks);
    });

    it.each([
      [["--reason", "because"], 'The reason is "because", which is too short.'],
      [["--schema", "nowhere.sql"], "--schema nowhere.sql cannot be read: ENOENT"],
      [
        ["--sql", "a.sql"],
        "Give --sql and --schema for SQL that was written, or --from for a migration that is to run",
      ],
    ])("is not tried with %j", async (words, message) => {
      const { exitCode, stderr } = await tryMigration(started.current, filesFor("null"), ...words);
      expect(stderr).toContain(message);
      expect(exitCode).toBe(2);
    });
  });
});
