import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { sqlFingerprint } from "../../../cli/evidence/migration-check.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { type CopyTrialRequest, runCopyTrial } from "../../../rehearsal/migration/run-copy-trial.ts";
import { alembicOf, describeWithAlembic, firstRevision } from "../../support/alembic/alembic-project.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const image = sampleImageDigest("1.1.0");

/** Couples of whom one has a phone, or nobody. */
function requestFor(phone: "'0400 000 001'" | "null", over: Partial<CopyTrialRequest> = {}): CopyTrialRequest {
  const folder = temporaryFolder();
  const queriesFolder = join(folder, "queries");
  mkdirSync(queriesFolder);
  writeFileSync(join(queriesFolder, "couples.sql"), "select names from couples");
  const rowsFile = join(folder, "rows.sql");
  writeFileSync(rowsFile, `insert into couples (names, phone) values ('Ana & Ben', ${phone})`);
  return {
    colour: undefined,
    from: firstRevision,
    schemaFile: undefined,
    rowsFile,
    queriesFolder,
    longestWaitMilliseconds: 60_000,
    alembicWords: [],
    reason: undefined,
    ...over,
  };
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
      const { check, checkPath, sqlPath } = await runCopyTrial(stage.world(), requestFor("'0400 000 001'"));
      const { imageRepositoryUrl } = await stage.addresses();
      expect(calls().at(-1)).toMatch(/^run --rm --network host --env DATABASE_HOST .* --env PGUSER /);
      expect(calls().at(-1)?.endsWith(`${imageRepositoryUrl}@${image} alembic upgrade head`)).toBe(true);
      expect(check).toMatchObject({
        image,
        colour: "green",
        source: "image, on a copy",
        revisions: { from: [firstRevision], to: ["d15901500000"] },
        verdict: { kind: "contract", blocking: true },
      });
      const sql = readFileSync(join(stage.folder, sqlPath), "utf8");
      expect(check.sqlSha256).toBe(sqlFingerprint(sql));
      expect(sqlPath).toBe(checkPath.replace(/\.json$/, ".sql"));
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
      const again = await stage.run("check-migration", "--sql", join(stage.folder, sqlPath), "--json");
      expect(JSON.parse(again.stdout).check).toMatchObject({
        sqlSha256: check.sqlSha256,
        revisions: check.revisions,
        verdict: check.verdict,
      });
    });

    it("leaves no check where its queries found no row, unless a reason says why", async () => {
      const stage = started.current;
      const alembicWords = alembicOf(["disguised"]);
      const world = stage.world();
      await expect(runCopyTrial(world, requestFor("null", { alembicWords }))).rejects.toThrow(
        /^The check of green's migration is refused\.\n- It found no row of couples on the copy\. It was asked by: SELECT id, phone FROM couples WHERE phone IS NOT NULL\n- What the migration does with rows like these has not run, so nobody has judged it\. Write rows .* --rows FILE\. If none is ever found in staging, .* --reason "<why>"\.$/,
      );
      expect(await world.evidence.migrationChecks()).toEqual([]);
      const reason = "no couple has ever given a phone";
      const { check, sqlPath } = await runCopyTrial(world, requestFor("null", { alembicWords, reason }));
      expect(check).toMatchObject({
        source: "command, on a copy",
        reason,
        verdict: { kind: "expand", blocking: false },
      });
      expect(check.findings.filter(({ judge }) => judge === "trial")).toEqual([
        {
          judge: "trial",
          harm: "note",
          line: 0,
          statement: "SELECT id, phone FROM couples WHERE phone IS NOT NULL",
          sentence:
            "It found no row of couples on the copy. What the migration does with rows that it finds was not judged.",
        },
      ]);
      const again = await stage.run("check-migration", "--sql", join(stage.folder, sqlPath), "--json");
      expect(JSON.parse(again.stdout).check).toMatchObject({ reason, verdict: check.verdict });
      const migrated = await stage.run("task", "--run", "migrate");
      expect(migrated.stdout).toMatch(/^migrate \(expand\) from green, sha256:\w+, ended with exit code 0/);
    });

    it("leaves the checks and their files as they are where it fails halfway", async () => {
      const stage = started.current;
      const folder = join(stage.folder, "evidence", "staging");
      const first = await runCopyTrial(stage.world(), requestFor("null", { alembicWords: alembicOf(["backfill"]) }));
      const before = readdirSync(folder);
      const rows = requestFor("null", { alembicWords: alembicOf(["fails"]) });
      writeFileSync(rows.rowsFile ?? "", "insert into couples (names) values ('Ana & Ben'), ('Solo')");
      await expect(runCopyTrial(stage.world(), rows)).rejects.toThrow(
        /^The migration failed on the copy, and nothing was judged\./,
      );
      expect(readdirSync(folder)).toEqual(before);
      expect(await stage.world().evidence.migrationChecks()).toEqual([first.check]);
    });

    it.each([
      [{ from: "base;rm" }, '--from cannot be "base;rm". Give one revision, or base.'],
      [{ rowsFile: "nowhere.sql" }, "--rows nowhere.sql cannot be read: ENOENT"],
      [{ reason: "because" }, 'The reason is "because", which is too short.'],
    ])("is not tried with %j", async (over, message) => {
      await expect(runCopyTrial(started.current.world(), requestFor("null", over))).rejects.toThrow(message);
    });
  });
});
