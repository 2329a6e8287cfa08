import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { preparePythonEnvironment } from "../../../rehearsal/python/python-environment.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Prepared while the test file is loaded, so that a test without it counts as skipped and not as failed. */
const environment = await preparePythonEnvironment({
  name: "alembic",
  requirements: new URL("requirements.txt", import.meta.url),
});

if ("missing" in environment && (process.env["CI"] ?? "") !== "") {
  throw new Error(`Tests need Alembic and CI may not skip them: ${environment.missing}.`);
}

/** A suite whose tests run Alembic. Without it they are skipped; where `CI` is set that is an error of the file. */
export function describeWithAlembic(name: string, tests: () => void): void {
  describe(name, { skip: "missing" in environment }, tests);
}

/** The migrations of the project, which follow the first one. That makes couples and invoices. */
export type NextMigration = "backfill" | "disguised" | "rewrite" | "fails";

/** Revision of the first migration. */
export const firstRevision = "1975ea83b712";

const project = fileURLToPath(new URL("../../fixtures/alembic", import.meta.url));

/**
 * Alembic in a project with the first migration and those that are named, in this order. It goes with the test.
 *
 * @returns words that call it
 */
export function alembicOf(next: readonly NextMigration[], driver = "psycopg"): readonly string[] {
  const folder = temporaryFolder();
  cpSync(project, folder, { recursive: true });
  let before = firstRevision;
  for (const name of next) {
    const text = readFileSync(join(project, "next", `${name}.py`), "utf8");
    writeFileSync(join(folder, "versions", `${name}.py`), text.replace(firstRevision, before));
    before = /^revision = "(\w+)"$/m.exec(text)?.[1] ?? "";
  }
  const python = "python" in environment ? environment.python : "";
  return [python, "-m", "alembic", "-c", join(folder, "alembic.ini"), "-x", `driver=${driver}`];
}
