import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../support/stack-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { readWorkflow, runStep } from "./workflow.ts";

const workflow = readWorkflow("next-step.yml");

/** GitHub's pull requests as a file, which the stand-in for `gh` reads and writes; `calls` gets what was asked for. */
interface PullRequest {
  readonly number: number;
  readonly headRefName: string;
  readonly isCrossRepository: boolean;
}

const gh = `echo "$@" >> "$STATE/calls"
case "$1 $2" in
  "pr list")
    branch=''
    while [ $# -gt 0 ]; do if [ "$1" = --head ]; then branch="$2"; fi; shift; done
    BRANCH="$branch" node -p 'JSON.stringify(JSON.parse(require("fs").readFileSync(process.env.STATE + "/open.json", "utf8"))
      .filter((one) => process.env.BRANCH === "" || one.headRefName === process.env.BRANCH))' ;;
  "pr create" | "pr edit") cp body.md "$STATE/body" ;;
esac`;

/** A clone of a repository with a stack file, and what stands for GitHub beside it. */
function repository(open: readonly PullRequest[] = []) {
  const origin = join(temporaryFolder(), "origin.git");
  const folder = temporaryFolder();
  const state = temporaryFolder();
  const git = (...words: readonly string[]) =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", origin]);
  git("clone", "--quiet", origin, ".");
  git("switch", "--quiet", "--create", "main");
  cpSync(join(projectFolder, ".github/scripts"), join(folder, ".github/scripts"), { recursive: true });
  writeFileSync(join(folder, "Pulumi.staging.yaml"), "candidateWeight: 5\n");
  writeFileSync(join(folder, "other"), "as it was\n");
  git("add", ".");
  git("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "commit", "--quiet", "--message", "Begin");
  git("push", "--quiet", "origin", "main");
  writeFileSync(join(state, "open.json"), JSON.stringify(open));
  writeFileSync(join(state, "calls"), "");
  return {
    folder,
    git,
    remote: (...words: readonly string[]) => execFileSync("git", words, { cwd: origin, encoding: "utf8" }).trim(),
    calls: () => readFileSync(join(state, "calls"), "utf8").trim().split("\n"),
    body: () => readFileSync(join(state, "body"), "utf8"),
    /** Runs the job's step with what the program said, and what it left of the stack file. */
    open(proposal: Readonly<Record<string, unknown>> | undefined, stackFile = "candidateWeight: 25\n") {
      // Each run of the workflow has a checkout of its own.
      git("switch", "--quiet", "main");
      for (const branch of git("branch", "--format=%(refname:short)").split("\n")) {
        if (branch !== "main") git("branch", "--quiet", "-D", branch);
      }
      git("clean", "--quiet", "-fd");
      const found = join(folder, "found", "proposal-staging");
      mkdirSync(found, { recursive: true });
      if (proposal !== undefined) writeFileSync(join(found, "proposal.json"), JSON.stringify(proposal));
      writeFileSync(join(found, "Pulumi.staging.yaml"), stackFile);
      return runStep(workflow, "open", "Open, update or close", {
        programs: { gh },
        environment: { STAGE: "staging", REPOSITORY: "celebrants/infra", GH_TOKEN: "t", APP: "stepper" },
        folder,
        inherited: { STATE: state },
      });
    },
  };
}

const proposed = {
  outcome: "proposed",
  branch: "next-step/staging/blue-5-to-25",
  title: 'Advance staging to 25 % "; exit 1',
  body: "**Merging this** is `the step`, $(touch hacked) for real.",
  file: "Pulumi.staging.yaml",
};

describe("the next step's pull request", () => {
  it("is a commit of the one file on a branch of its own, by the app, with the evidence as its text", () => {
    const { open, remote, calls, body, folder, git } = repository();
    const { status, stderr } = open(proposed);
    expect([status, stderr.replaceAll(/^Switched.*\n/gm, "")]).toEqual([0, expect.not.stringContaining("error")]);
    expect(remote("log", "--format=%an %s", "main..next-step/staging/blue-5-to-25")).toBe(
      `stepper[bot] ${proposed.title}`,
    );
    expect(remote("diff", "--name-only", "main", "next-step/staging/blue-5-to-25")).toBe("Pulumi.staging.yaml");
    expect(remote("show", "next-step/staging/blue-5-to-25:Pulumi.staging.yaml")).toBe("candidateWeight: 25");
    expect(calls().at(-1)).toBe(
      `pr create --repo celebrants/infra --base main --head ${proposed.branch} --title ${proposed.title} --body-file body.md`,
    );
    expect(body().trim()).toBe(proposed.body);
    expect(git("status", "--short")).not.toContain("hacked");
    expect(readFileSync(join(folder, "other"), "utf8")).toBe("as it was\n");
  });

  it("gets new text and no new commit while the move is the same, so that its checks are not run again", () => {
    const again = repository([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    again.open(proposed);
    const first = again.remote("rev-parse", proposed.branch);
    again.open({ ...proposed, body: "Asked again." });
    expect(again.remote("rev-parse", proposed.branch)).toBe(first);
    expect(again.calls().at(-1)).toMatch(/^pr edit 7 --repo celebrants\/infra --title /);
    expect(again.body().trim()).toBe("Asked again.");
  });

  it("is pushed anew where the branch has something else", () => {
    const { open, remote } = repository([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    open(proposed, "candidateWeight: 24\n");
    open(proposed);
    expect(remote("show", `${proposed.branch}:Pulumi.staging.yaml`)).toBe("candidateWeight: 25");
  });

  it("stays open while the same move waits, and nothing is pushed", () => {
    const { open, remote, calls } = repository([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    expect(open({ outcome: "waits", branch: proposed.branch, title: "t", why: ["The step bakes."] }).status).toBe(0);
    expect(calls()).toHaveLength(1);
    expect(remote("branch", "--list")).not.toContain("next-step");
  });

  it("is closed when another move is next, and no pull request of a fork or of another stage is", () => {
    const { open, calls } = repository([
      { number: 7, headRefName: "next-step/staging/blue-0-to-5", isCrossRepository: false },
      { number: 8, headRefName: "next-step/staging/blue-0-to-5", isCrossRepository: true },
      { number: 9, headRefName: "next-step/production/blue-0-to-5", isCrossRepository: false },
      { number: 10, headRefName: "fix", isCrossRepository: false },
    ]);
    expect(open(proposed).status).toBe(0);
    const closed = calls().filter((line) => line.startsWith("pr close"));
    expect(closed).toHaveLength(1);
    expect(closed[0]).toMatch(
      /^pr close 7 --repo celebrants\/infra --delete-branch --comment This is not the next move of staging any more/,
    );
  });

  it("is closed with the reason after a rollback, when nothing is next", () => {
    const { open, calls } = repository([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    expect(open({ outcome: "nothing", branch: null, why: ["Clear the latch, when the cause is found."] }).status).toBe(
      0,
    );
    expect(calls().at(-1)).toMatch(/^pr close 7 .*Clear the latch, when the cause is found\.$/);
  });

  it("is left alone outside of office hours, and where the gate could not be asked", () => {
    const { open, calls } = repository([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    expect(open({ outcome: "outside office hours", opensAt: "2026-11-29T22:00:00.000Z" }).status).toBe(0);
    expect(calls()).toEqual([""]);
    const unasked = repository();
    expect(unasked.open(undefined)).toMatchObject({ status: 0, stdout: expect.stringContaining("::warning::") });
    expect(unasked.calls()).toEqual([""]);
  });
});

describe("the question", () => {
  const ask = (npm: string, client = "Iv1") =>
    runStep(workflow, "ask", "Ask", {
      programs: { npm: `echo "$@" > calls; ${npm}` },
      environment: { STAGE: "staging", APP_CLIENT_ID: client, GITHUB_STEP_SUMMARY: "summary.md" },
      files: { "Pulumi.staging.yaml": "candidateWeight: 25\n" },
    });

  it("keeps what the program said and the file that it edited, however that ends", () => {
    for (const code of [0, 1, 3]) {
      const { status, read } = ask(`echo '{ "outcome": "x" }'; exit ${code}`);
      expect(status).toBe(0);
      expect(read("calls")).toContain("propose --stage staging --in-office-hours --write --json");
      expect(read("proposal/proposal.json")).toBe('{ "outcome": "x" }\n');
      expect(read("proposal/Pulumi.staging.yaml")).toBe("candidateWeight: 25\n");
      expect(read("summary.md")).toBeUndefined();
    }
  });

  it("fails where the program said nothing", () => {
    const { status, read } = ask("exit 1");
    expect(status).toBe(1);
    expect(read("proposal/proposal.json")).toBeUndefined();
  });

  it("says so where no app is set up", () => {
    expect(ask("echo '{}'", "").read("summary.md")).toContain("the variable NEXT_STEP_APP_CLIENT_ID is not set");
  });
});
