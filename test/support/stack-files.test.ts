import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { projectFolder } from "./stack-files.ts";

/**
 * The files that may read the project's own stack files: they judge these, and hold in every state of
 * test/rehearsal/plan/legal-states.test.ts. A test that only takes a number from a stack file reads `fixtureFolder`.
 */
const judges = [
  "guide-alarms.test.ts",
  "guide-values.test.ts",
  "legal-states.test.ts",
  "links.test.ts",
  "read-stage-config.test.ts",
  "rescue.test.ts",
  "stack-file-values.test.ts",
  "stack-file.test.ts",
];

/** What reads a stack file in the project's folder. */
const readers = [
  /\b(?:readStackFile|openStackFile|readConfig|planStarted)\([^;]{0,80}?(?<!#)\bprojectFolder\b(?!:)/,
  /\bjoin\(projectFolder, (?:stackFileName\(|["`]Pulumi\.(?:staging|production|\$))/,
  /\bnew URL\([^)]*\bPulumi\.(?:staging|production|\$)/,
];

it("are the project's own for the tests that judge them, and for no other", () => {
  const found = globSync("test/**/*.ts", { cwd: projectFolder })
    .filter((file) => {
      const text = readFileSync(join(projectFolder, file), "utf8");
      return readers.some((reader) => reader.test(text));
    })
    .map((file) => basename(file));
  expect(judges.filter((name) => !found.includes(name))).toEqual([]);
  expect(found.filter((name) => !judges.includes(name))).toEqual([]);
});
