import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { migrationCheckFileName, sqlFingerprint } from "../../../cli/evidence/migration-check.ts";
import { checkMigration } from "../../../cli/moves/check-migration.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startedTasks } from "../../support/aws/one-off-task-list.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { recordedPath, recordedSql } from "../migrations/recorded-sql.ts";

const image = sampleImageDigest("1.1.0");

/** A `docker` that is first on the path: it leaves the words that it was called with, and does what the script says. */
function standInDocker(script: string): () => readonly string[] {
  const folder = temporaryFolder();
  const calls = join(folder, "calls");
  const path = join(folder, "docker");
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${calls}'\n${script}\n`);
  chmodSync(path, 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  return () => readFileSync(calls, "utf8").trim().split("\n");
}

describeWithMoto("the check of a migration", () => {
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

  it("says what the candidate's migration is, statement by statement, and what comes next", async () => {
    const run = await started.current.run("check-migration", "--sql", recordedPath("expand"));
    expect(run.stderr).toBe("");
    expect(run.stdout.split("\n")).toEqual([
      `The migration of green, ${image}, is expand (11 statements, 1975ea83b712 → ae1027a6acf1).`,
      expect.stringMatching(/^Line 11: CREATE TABLE ceremonies \( id UUID NOT NULL, /),
      "  note (parser): ceremonies refers to couples. The old release cannot delete a row there that the new one refers to, unless ON DELETE says what to do.",
      "Judged by PostgreSQL's parser and by squawk 2.61.0. The stricter counts.",
      "It is more than one transaction: where it fails halfway, what came before stays (docs/runbook.md).",
      "To run it, at weight 0, before traffic: npm run rollout -- task --stage staging --run migrate --colour green",
      expect.stringMatching(/^Commit evidence\/staging\/migration-[0-9a-f]{12}-[0-9a-f]{12}\.json\.$/),
    ]);
    expect(run.exitCode).toBe(0);
  });

  it("shows where the two judges differ", async () => {
    const { stdout } = await started.current.run("check-migration", "--sql", recordedPath("disguised"));
    expect(stdout).toContain(
      [
        "The two differ:",
        "  line 7: the parser says expand, blocking; squawk says expand",
        "  line 17: the parser says contract, blocking; squawk says expand, blocking",
      ].join("\n"),
    );
  });

  it("leaves a file for each image and SQL, which holds both by their fingerprints", async () => {
    const stage = started.current;
    await stage.run("check-migration", "--sql", recordedPath("expand"));
    await stage.run("check-migration", "--sql", recordedPath("expand"));
    await stage.run("check-migration", "--sql", recordedPath("disguised"));
    const checks = await stage.world().evidence.migrationChecks();
    expect(checks.map(({ verdict, ...one }) => [one.image, one.sqlSha256, verdict, one.by, one.source])).toEqual(
      (
        [
          ["expand", { kind: "expand", blocking: false }],
          ["disguised", { kind: "contract", blocking: true }],
        ] as const
      ).map(([name, verdict]) => [image, sqlFingerprint(recordedSql(name)), verdict, "Ana <ana@example.com>", "files"]),
    );
    const [file = { image: "", sqlSha256: "" }] = checks;
    expect(migrationCheckFileName(file)).toMatch(/^migration-/);
    // It is no evidence of a command.
    expect(await stage.evidence()).toEqual([]);
    expect(await startedTasks(stage.pulumi.account().clients.containers, (await stage.addresses()).clusterArn)).toEqual(
      [],
    );
  });

  it("keeps what a trial of the same SQL has shown, when it is checked again", async () => {
    const { evidence } = started.current.world();
    await started.current.run("check-migration", "--sql", recordedPath("expand"));
    const [check] = await evidence.migrationChecks();
    if (check === undefined) throw new Error("It left no check.");
    const shown = { judge: "trial", harm: "contract", line: 0, statement: "phones", sentence: "It fails." } as const;
    await evidence.writeMigrationCheck({ ...check, findings: [...check.findings, shown] });
    const { stdout } = await started.current.run("check-migration", "--sql", recordedPath("expand"));
    expect(stdout).toMatch(/^The migration of green, sha256:\w+, is contract /);
    expect(stdout).toContain("All of it:\n  contract (trial): It fails.");
    await started.current.run("check-migration", "--sql", recordedPath("disguised"));
    expect((await evidence.migrationChecks()).at(-1)?.findings.some(({ judge }) => judge === "trial")).toBe(false);
  });

  it.each([
    ["expand", "expand", 0],
    ["disguised", "expand", 1],
    ["disguised", "contract", 0],
  ] as const)("ends %s with --expect %s by %i", async (name, expected, exitCode) => {
    const words = ["--sql", recordedPath(name), "--expect", expected];
    expect((await started.current.run("check-migration", ...words)).exitCode).toBe(exitCode);
  });

  it("has the image render the SQL, in a container without a network", async () => {
    const calls = standInDocker(`[ "$1" = image ] && { echo linux/amd64; exit; }; cat '${recordedPath("first")}'`);
    const { stdout } = await started.current.run("check-migration", "--from", "base", "--json");
    const { imageRepositoryUrl } = await started.current.addresses();
    expect(calls().at(-1)).toBe(
      `run --rm --network none ${imageRepositoryUrl}@${image} alembic upgrade base:head --sql`,
    );
    expect(JSON.parse(stdout).check).toMatchObject({
      source: "image",
      colour: "green",
      verdict: { kind: "expand", blocking: false },
      sqlSha256: sqlFingerprint(recordedSql("first")),
    });
  });

  it("logs in to the registry for an image that is not on this machine", async () => {
    const { imageRepositoryUrl } = await started.current.addresses();
    const host = imageRepositoryUrl?.split("/")[0];
    // As Docker asks its credential helper, which the folder of its config names.
    const ask = `grep -q '"${host}"' "$DOCKER_CONFIG/config.json" && echo '${host}' | docker-credential-rollout-0 get >&2`;
    standInDocker(`[ "$1" = run ] || exit 1; ${ask} || exit 1; cat '${recordedPath("first")}'`);
    const { stdout, stderr } = await started.current.run("check-migration", "--from", "base", "--json");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout).check.sqlSha256).toBe(sqlFingerprint(recordedSql("first")));
  });

  it("says what the container said where it cannot render the SQL, and writes nothing", async () => {
    standInDocker("echo 'sqlalchemy.exc.OperationalError: no server' >&2; exit 1");
    const { exitCode, stderr } = await started.current.run("check-migration", "--from", "1975ea83b712");
    expect(stderr).toContain("alembic upgrade 1975ea83b712:head --sql failed with exit code 1: sqlalchemy.exc.Opera");
    expect(stderr).toContain("give it by --sql FILE");
    expect(exitCode).toBe(1);
    expect(await started.current.world().evidence.migrationChecks()).toEqual([]);
  });

  it("says so where there is no docker", async () => {
    vi.stubEnv("PATH", "/nowhere");
    const { exitCode, stderr } = await started.current.run("check-migration", "--from", "base");
    expect(stderr).toMatch(
      /^There is neither docker nor podman on the path\. Install one of them, and run the command again\. Where Docker or the image is out of reach, render the SQL where/,
    );
    expect(exitCode).toBe(1);
  });

  it("reads standard input", async () => {
    const input = Readable.from(["DROP TABLE", " couples"]);
    const asked = { colour: "blue", files: ["-"], from: undefined, input } as const;
    const { check } = await checkMigration(started.current.world(), asked);
    expect(check).toMatchObject({ source: "standard input", image: sampleImageDigest("1.0.0"), colour: "blue" });
    expect(check.verdict).toEqual({ kind: "contract", blocking: false });
  });

  it.each([
    [[], "Give the SQL of the migration, by --sql FILE, or the revision that the database is at, by --from REVISION"],
    [["--sql", "nowhere.sql"], "--sql nowhere.sql cannot be read: ENOENT"],
    [["--sql", "a.sql", "--from", "base"], "--sql and --from do not go together"],
    [["--from", "base;rm"], '--from cannot be "base;rm". Give one revision, or base.'],
  ])("refuses the words %j", async (words, message) => {
    const { exitCode, stderr } = await started.current.run("check-migration", ...words);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  it("refuses a colour without an image", async () => {
    const stage = started.current;
    stage.editStackFile((text) => text.replace(/^ {4}green: sha256:\w+\n/m, ""));
    stage.waitHours(1);
    await stage.up();
    const words = ["--sql", recordedPath("expand"), "--colour", "green"];
    expect((await stage.run("check-migration", ...words)).stderr).toBe(
      "The check of green's migration is refused. green has no image, so it brings no migration. Set images.green to a digest and update first.",
    );
  });
});
