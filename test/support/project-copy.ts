import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { copyCode } from "./copy-code.ts";
import { fixtureFolder } from "./stack-files.ts";

/** What planning and the rehearsal consist of. */
const code = ["infra", "components", "policies", "rollout", "cli", "rehearsal", "package.json", "Pulumi.README.md"];

/**
 * A copy of the project with the tests' own stack files, for a test file that starts the project's commands as processes.
 *
 * @returns its folder; read within tests and hooks only
 */
export function projectCopy(): () => string {
  let folder: string | undefined;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "project-copy-")));
    copyCode(code, folder);
    cpSync(fixtureFolder, folder, { recursive: true });
  });
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    if (folder === undefined) throw new Error("The project is copied by a hook, which has not run.");
    return folder;
  };
}
