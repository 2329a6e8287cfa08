import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { planStage } from "../../rehearsal/plan/plan-stage.ts";
import { fixtureFolder } from "../support/stack-files.ts";

const script = fileURLToPath(new URL("./fixtures/run-program.ts", import.meta.url));
const secrets = { MAIL_KEY: "decrypted-mail-key", STRIPE_SECRET_KEY: "sk_live_hunter2" };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "program-secrets-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Writes the tests' stack file of staging with these lines at its end. */
function writeStack(lines: string): void {
  const path = join(folder, "Pulumi.staging.yaml");
  copyFileSync(join(fixtureFolder, "Pulumi.staging.yaml"), path);
  writeFileSync(path, `\n${lines}`, { flag: "a" });
}

/** Runs the program with both secrets decrypted, as the engine hands them over. */
function runProgram() {
  const config = applySettings(readStackFile(fixtureFolder, "staging").values, { applicationSecrets: secrets });
  const { status, stderr, stdout } = spawnSync(process.execPath, [script], {
    encoding: "utf8",
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: '["celebrant-portal:applicationSecrets"]',
      PULUMI_NODEJS_ROOT_DIRECTORY: folder,
    },
  });
  return { status, output: stdout + stderr };
}

const oneInPlainText = `  celebrant-portal:applicationSecrets:
    MAIL_KEY: { secure: v1:AAAA }
    STRIPE_SECRET_KEY: sk_live_hunter2
`;

describe("a plain-text secret beside an encrypted one", () => {
  it("is refused by the program, which reads the stack file in the project folder", () => {
    writeStack(oneInPlainText);
    const { status, output } = runProgram();
    expect(status).toBe(1);
    expect(output).toContain("celebrant-portal:applicationSecrets.STRIPE_SECRET_KEY is [secret]");
    expect(output).not.toContain("MAIL_KEY");
    expect(output).not.toContain("hunter2");
  });

  it("is refused by the planner", async () => {
    writeStack(oneInPlainText);
    const plan = planStage({ stage: "staging", previousRecord: null, now: new Date(), projectFolder: folder });
    // A whole plan is too much to print.
    await expect(plan.then(() => "planned")).rejects.toThrow(
      "celebrant-portal:applicationSecrets.STRIPE_SECRET_KEY is [secret]",
    );
  });
});

describe("secrets that the program", () => {
  it("finds encrypted in the stack file are accepted in silence", () => {
    writeStack(oneInPlainText.replace("sk_live_hunter2", "{ secure: v1:BBBB }"));
    expect(runProgram()).toEqual({ status: 0, output: "" });
  });

  it("finds no stack file for are accepted with a warning", () => {
    const { status, output } = runProgram();
    expect(status).toBe(0);
    expect(output).toContain(
      "It was not checked whether these application secrets are encrypted: MAIL_KEY and STRIPE_SECRET_KEY.",
    );
    expect(output).not.toContain("hunter2");
  });
});
