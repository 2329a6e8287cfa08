import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runProcess } from "../../../cli/process.ts";

const main = fileURLToPath(new URL("../../../rehearsal/migration/main.ts", import.meta.url));

it.each([
  ["neither SQL nor a revision", []],
  ["sample rows for SQL that was written", ["--sql", "a.sql", "--schema", "b.sql", "--rows", "c.sql"]],
  ["a way to call Alembic for SQL that was written", ["--sql", "a.sql", "--schema", "b.sql", "--", "alembic"]],
])("wants SQL that was written, or a revision for a copy, and refuses %s", async (_, words) => {
  const all = [main, "--stage", "staging", "--queries", "queries", ...words];
  const { exitCode, stdout, stderr } = await runProcess({ command: process.execPath, words: all, cwd: process.cwd() });
  expect(stderr).toMatch(/^Give --sql and --schema for SQL that was written, or --from for a migration/);
  expect(stdout).toBe("");
  expect(exitCode).toBe(2);
});
