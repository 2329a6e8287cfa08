import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { describe, expect, it } from "vitest";
import { externalTests } from "./external-tests.ts";
import { projectFolder } from "./stack-files.ts";

describe("the tests that start processes", () => {
  it.each(externalTests)("are where they are looked for: %s", (glob) => {
    expect(globSync(glob, { cwd: projectFolder })).not.toEqual([]);
  });

  // On a fresh machine the first of them installs moto by a process. A machine that has it would not tell.
  it("are all that need moto", () => {
    const needing = globSync("test/**/*.test.ts", { cwd: projectFolder }).filter((file) =>
      /from ".*\/(describe-with-moto|moto-environment)\.ts"/.test(readFileSync(join(projectFolder, file), "utf8")),
    );
    expect(needing.length).toBeGreaterThan(20);
    expect(needing.filter((file) => !externalTests.some((glob) => matchesGlob(file, glob)))).toEqual([]);
  });

  it("are no others: a fast test cannot start one", () => {
    expect(() => spawn(process.execPath, ["--version"])).toThrow("A fast test starts a process.");
  });
});
