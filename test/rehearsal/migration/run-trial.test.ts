import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openEvidenceFolder } from "../../../cli/evidence/evidence-folder.ts";
import { sqlFingerprint } from "../../../cli/evidence/migration-check.ts";
import { judgeSql } from "../../../cli/migrations/judge-sql.ts";
import { runTrial } from "../../../rehearsal/migration/run-trial.ts";
import { recordedPath, recordedSql } from "../../cli/migrations/recorded-sql.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A project whose old release asks this, and what its trial is asked for. */
function projectWith(queries: Readonly<Record<string, string>>) {
  const projectFolder = temporaryFolder();
  const queriesFolder = join(projectFolder, "queries");
  mkdirSync(queriesFolder);
  for (const [name, sql] of Object.entries(queries)) writeFileSync(join(queriesFolder, name), sql);
  const files = { sqlFile: recordedPath("expand"), schemaFile: recordedPath("first") };
  return { stage: "production", queriesFolder, projectFolder, longestWaitMilliseconds: 5000, ...files } as const;
}

it("adds what it shows to the check of the same SQL, and makes it stricter", async () => {
  // The old release would be broken by a second table of this name.
  const request = projectWith({ "temporary.sql": "create table ceremonies (id int)" });
  const evidence = openEvidenceFolder(request.projectFolder, "production");
  const sql = recordedSql("expand");
  const judged = await judgeSql(sql, 17);
  expect(judged.verdict.kind).toBe("expand");
  await evidence.writeMigrationCheck({
    version: 1,
    stage: "production",
    at: "2026-11-23T00:00:00.000Z",
    by: "Ana <ana@example.com>",
    colour: "green",
    image: "sha256:green",
    source: "files",
    sqlSha256: sqlFingerprint(sql),
    ...judged,
  });
  for (let times = 0; times < 2; times++) {
    const { findings, checkPaths } = await runTrial(request);
    expect(findings.map(({ sentence }) => sentence)).toContain(
      'After the migration, the old release\'s query temporary fails: relation "ceremonies" already exists.',
    );
    expect(checkPaths).toHaveLength(1);
  }
  const [check, ...more] = await evidence.migrationChecks();
  expect(more).toEqual([]);
  expect(check?.verdict).toEqual({ kind: "contract", blocking: expect.any(Boolean) });
  expect(check?.findings.filter(({ judge }) => judge === "trial")).not.toEqual([]);
  expect(check?.findings.filter(({ judge }) => judge === "parser")).toHaveLength(1);
});

it("writes nothing where nobody has checked the SQL, and tries nothing without a query", async () => {
  const request = projectWith({ "couples.sql": "select names from couples" });
  expect(await runTrial(request)).toEqual({ findings: [], checkPaths: [] });
  await expect(runTrial(projectWith({}))).rejects.toThrow(/has no \.sql file\. Put what the release that serves asks/);
});
