import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { openEvidenceFolder } from "../../cli/evidence/evidence-folder.ts";
import { sqlFingerprint } from "../../cli/evidence/migration-check.ts";
import { type MigrationFinding, verdictOf } from "../../rollout/migration-verdict.ts";
import type { Stage } from "../../rollout/names.ts";
import type { SampleQuery } from "./old-release.ts";
import { withScratchDatabase } from "./scratch-database.ts";
import { tryMigration } from "./try-migration.ts";

/** What to try, by files. */
export interface TrialRequest {
  readonly stage: Stage;
  /** What Alembic writes with `--sql`: the same file that was checked. */
  readonly sqlFile: string;
  /** The deployed schema, as `pg_dump --schema-only` or Alembic writes it. */
  readonly schemaFile: string;
  /** Folder with what the release that serves asks, a `.sql` file each. */
  readonly queriesFolder: string;
  readonly longestWaitMilliseconds: number;
  readonly projectFolder: string;
}

/** What a trial has shown. */
export interface TrialOutcome {
  readonly findings: readonly MigrationFinding[];
  /** The checks of the same SQL that have it now, as paths below the project; none where nobody has checked it. */
  readonly checkPaths: readonly string[];
}

/**
 * Tries a migration on a PostgreSQL of its own, and adds what it showed to the checks of the same SQL.
 *
 * @throws {Error} where a file cannot be read, the folder has no query, or nothing could be tried
 */
export async function runTrial(request: TrialRequest): Promise<TrialOutcome> {
  const { stage, projectFolder, longestWaitMilliseconds } = request;
  const [migration, schema, queries] = await Promise.all([
    readFile(request.sqlFile, "utf8"),
    readFile(request.schemaFile, "utf8"),
    readQueries(request.queriesFolder),
  ]);
  const findings = await withScratchDatabase({ database: "trial" }, (login) =>
    tryMigration({ login, schema, migration, queries, longestWaitMilliseconds }),
  );
  const evidence = openEvidenceFolder(projectFolder, stage);
  const sqlSha256 = sqlFingerprint(migration);
  const checks = (await evidence.migrationChecks()).filter((one) => one.sqlSha256 === sqlSha256);
  const checkPaths: string[] = [];
  for (const check of checks) {
    const all = [...check.findings.filter(({ judge }) => judge !== "trial"), ...findings];
    checkPaths.push(await evidence.writeMigrationCheck({ ...check, findings: all, verdict: verdictOf(all) }));
  }
  return { findings, checkPaths };
}

/**
 * Reads what the release that serves asks of the database.
 *
 * @throws {Error} where the folder has no query
 */
export async function readQueries(folder: string): Promise<readonly SampleQuery[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  if (files.length === 0) {
    throw new Error(`${folder} has no .sql file. Put what the release that serves asks of the database there.`);
  }
  return await Promise.all(
    files.map(async (name) => ({ name: basename(name, ".sql"), sql: await readFile(join(folder, name), "utf8") })),
  );
}
