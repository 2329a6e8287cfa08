import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prepareAuditTools, programBeside } from "../../rehearsal/audit/role-policies.ts";
import { projectFolder } from "../support/stack-files.ts";

const folder = join(projectFolder, ".github/scripts");
const scripts = readdirSync(folder);
const tools = await prepareAuditTools();

it("can be run, each of them", () => {
  expect(scripts.length).toBeGreaterThan(1);
  for (const name of scripts) expect(statSync(join(folder, name)).mode & 0o111).toBe(0o111);
});

describe.skipIf("missing" in tools)("shellcheck", () => {
  const shellcheck = (words: readonly string[], input?: string) =>
    spawnSync(programBeside((tools as { readonly python: string }).python, "shellcheck"), words, {
      cwd: folder,
      encoding: "utf8",
      ...(input === undefined ? {} : { input }),
    });

  it("finds nothing in the scripts, and something in one that is wrong", () => {
    expect(shellcheck(scripts)).toMatchObject({ status: 0, stdout: "" });
    expect(shellcheck(["-"], "#!/bin/bash\nrm -R $1\n").stdout).toContain("SC2086");
  });
});
