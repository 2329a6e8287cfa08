import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { projectFolder } from "./stack-files.ts";

/**
 * The files that read the project's own stack files, or others beside them. A test that takes a number from a stack file
 * reads `fixtureFolder`; one that judges the project's files belongs here, and holds in every state of
 * test/rehearsal/plan/legal-states.test.ts.
 */
const readers = [
  "edit-settings.test.ts",
  "guide-alarms.test.ts",
  "guide-values.test.ts",
  "links.test.ts",
  "json-schema.test.ts",
  "project-file.test.ts",
  "read-stage-config.test.ts",
  "secrets.test.ts",
  "stack-file.test.ts",
  "stage-region.test.ts",
  "legal-states.test.ts",
  "test-stage.ts",
  "copy-code.ts",
  "stack-files.test.ts",
];

it("are the project's own for a few tests that judge them, and for no other", () => {
  const reads = [/\bprojectFolder\b[^;]*?from "[^"]*\/(?:stack-files|project-folder)\.ts"/, /new URL\([^)]*\bPulumi\./];
  const found = globSync("test/**/*.ts", { cwd: projectFolder }).filter((file) => {
    const text = readFileSync(join(projectFolder, file), "utf8");
    return reads.some((pattern) => pattern.test(text));
  });
  expect(found.map((file) => basename(file)).sort()).toEqual(readers.toSorted());
});
