import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { externalTests } from "./external-tests.ts";
import { projectFolder } from "./stack-files.ts";

describe("the tests that start processes", () => {
  it.each(externalTests)("are where they are looked for: %s", (glob) => {
    expect(globSync(glob, { cwd: projectFolder })).not.toEqual([]);
  });

  it("are no others: a fast test cannot start one", () => {
    expect(() => spawn(process.execPath, ["--version"])).toThrow("A fast test starts a process.");
  });
});
