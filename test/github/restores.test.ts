import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { readWorkflow, runStep } from "./workflow.ts";

describe("the button", () => {
  const workflow = readWorkflow("rollback.yml");
  const press = (reason: string, exitCode = 0) =>
    runStep(workflow, "rollback", "Roll back", {
      programs: { npm: `printf '%s\\n' "$@" > calls; exit ${exitCode}` },
      environment: { STAGE: "production", REASON: reason, WHO: "ana", GITHUB_STEP_SUMMARY: "summary.md" },
    });

  it("offers the two stages and asks why", () => {
    expect(workflow.on).toEqual({
      workflow_dispatch: {
        inputs: {
          stage: expect.objectContaining({ type: "choice", options: ["staging", "production"], required: true }),
          reason: expect.objectContaining({ type: "string", required: true }),
        },
      },
    });
  });

  it("rolls back without the stack file, with the reason and who pressed it", () => {
    const { status, read } = press("logins fail");
    expect(status).toBe(0);
    expect(read("calls")?.trim().split("\n")).toEqual([
      "run",
      "--silent",
      "rollout",
      "--",
      "rollback",
      "--stage",
      "production",
      "--leave-file",
      "--reason=logins fail (workflow rollback, ana)",
      "--summary",
      "summary.md",
    ]);
  });

  it.each([
    ['"; touch hacked; echo "', '"; touch hacked; echo "'],
    ["$(touch hacked) `touch hacked`", "$(touch hacked) `touch hacked`"],
    ["--to green", "--to green"],
    ["two\nlines", "two lines"],
  ])("takes %j for words", (reason, words) => {
    const { status, read } = press(reason);
    expect(status).toBe(0);
    expect(read("calls")).toContain(`\n--reason=${words} (workflow rollback, ana)\n`);
    expect(read("hacked")).toBeUndefined();
  });

  it("reaches the command as one word through npm itself, and so does the command's exit code", () => {
    const reason = `"; touch hacked; $(touch hacked) 'x' && y | z`;
    const { status, read } = runStep(workflow, "rollback", "Roll back", {
      environment: { STAGE: "production", REASON: reason, WHO: "ana", GITHUB_STEP_SUMMARY: "summary.md" },
      files: {
        "package.json": JSON.stringify({ name: "stand-in", version: "1.0.0", scripts: { rollout: "node show.cjs" } }),
        "show.cjs": 'require("fs").writeFileSync("calls", process.argv.slice(2).join("\\n"));\nprocess.exitCode = 3;\n',
      },
    });
    expect(status).toBe(3);
    expect(read("calls")?.split("\n")).toContain(`--reason=${reason} (workflow rollback, ana)`);
    expect(read("hacked")).toBeUndefined();
  });

  it("fails where the command fails", () => {
    expect(press("x", 1).status).toBe(1);
  });

  it("says before anything else where the stage is not set up", () => {
    const say = (account: string) =>
      runStep(workflow, "rollback", "Say where it is not set up", {
        environment: { STAGE: "production", ACCOUNT: account },
      });
    expect(say("222222222222").status).toBe(0);
    expect(say("")).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("::error::No traffic was moved: the variable AWS_PRODUCTION_ACCOUNT is not set"),
    });
  });
});

describe("the drill", () => {
  const workflow = readWorkflow("drill.yml");

  it("plans a restore of staging to a quarter of an hour ago, and hands over the file and its text", () => {
    const folder = temporaryFolder();
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    const { status, read } = runStep(workflow, "ask", "Plan the restore, and edit the stack file", {
      programs: {
        npm: `printf '%s\\n' "$@" > calls; echo '### restore, staging: done' > summary.md; echo 'restoreFrom: there' > Pulumi.staging.yaml`,
      },
      environment: { GITHUB_STEP_SUMMARY: "page.md" },
      folder,
    });
    expect(status).toBe(0);
    const words = read("calls")?.trim().split("\n") ?? [];
    expect(words).toEqual(expect.arrayContaining(["restore", "staging", "--commit", "the monthly restore drill"]));
    const moment = words[words.indexOf("--to") + 1] ?? "";
    expect(moment).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.now() - Date.parse(moment)).toBeGreaterThan(14 * 60_000);
    expect(read("drill/Pulumi.staging.yaml")).toBe("restoreFrom: there\n");
    expect(read("drill/body.md")).toContain(`**Merging this restores staging's database to ${moment}.**`);
    expect(read("drill/body.md")).toContain("### restore, staging: done");
    expect(read("page.md")).toBe("### restore, staging: done\n");
  });

  it("hands over nothing where the restore is refused", () => {
    const folder = temporaryFolder();
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    const { status, read } = runStep(workflow, "ask", "Plan the restore, and edit the stack file", {
      programs: { npm: "echo '### restore, staging: refused' > summary.md; exit 1" },
      environment: { GITHUB_STEP_SUMMARY: "page.md" },
      folder,
    });
    expect(status).toBe(1);
    expect(read("drill/body.md")).toBeUndefined();
    expect(read("page.md")).toBe("### restore, staging: refused\n");
  });

  it("fails where the rehearsed restore loses a write, and keeps what it said", () => {
    const rehearse = (exitCode: number) =>
      runStep(workflow, "rehearse", "Rehearse", {
        programs: { npm: `echo "$@"; exit ${exitCode}` },
        environment: { GITHUB_STEP_SUMMARY: "page.md" },
      });
    expect(rehearse(0).status).toBe(0);
    const lost = rehearse(1);
    expect(lost.status).toBe(1);
    expect(lost.read("page.md")).toContain("run --silent rehearse -- --restore\n```");
  });
});
