import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRepository, type PullRequest } from "./repository.ts";
import { readWorkflow, runStep } from "./workflow.ts";

const workflow = readWorkflow("next-step.yml");

/** Runs the job's step with what the program said, and what it left of the stack file. */
function opening(open: readonly PullRequest[] = []) {
  const repository = openRepository({ "Pulumi.staging.yaml": "candidateWeight: 5\n", other: "as it was\n" }, open);
  return {
    ...repository,
    open(proposal: Readonly<Record<string, unknown>> | undefined, stackFile = "candidateWeight: 25\n") {
      return repository.run(workflow, "open", "Open, update or close", {
        environment: { STAGE: "staging", REPOSITORY: "celebrants/infra", GH_TOKEN: "t", APP: "stepper" },
        files: {
          ...(proposal === undefined ? {} : { "found/proposal-staging/proposal.json": JSON.stringify(proposal) }),
          "found/proposal-staging/Pulumi.staging.yaml": stackFile,
        },
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
    const { open, remote, calls, body, folder, git } = opening();
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
    const again = opening([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    again.open(proposed);
    const first = again.remote("rev-parse", proposed.branch);
    again.open({ ...proposed, body: "Asked again." });
    expect(again.remote("rev-parse", proposed.branch)).toBe(first);
    expect(again.calls().at(-1)).toMatch(
      /^api --silent --method PATCH repos\/celebrants\/infra\/pulls\/7 -f title=Advance /,
    );
    expect(again.body().trim()).toBe("Asked again.");
  });

  it("is pushed anew where the branch has something else", () => {
    const { open, remote } = opening([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    open(proposed, "candidateWeight: 24\n");
    open(proposed);
    expect(remote("show", `${proposed.branch}:Pulumi.staging.yaml`)).toBe("candidateWeight: 25");
  });

  it("stays open while the same move waits, and nothing is pushed", () => {
    const { open, remote, calls } = opening([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    expect(open({ outcome: "waits", branch: proposed.branch, title: "t", why: ["The step bakes."] }).status).toBe(0);
    expect(calls()).toHaveLength(1);
    expect(remote("branch", "--list")).not.toContain("next-step");
  });

  it("is closed when another move is next, and no pull request of a fork or of another stage is", () => {
    const { open, calls } = opening([
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
    const { open, calls } = opening([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    expect(open({ outcome: "nothing", branch: null, why: ["Clear the latch, when the cause is found."] }).status).toBe(
      0,
    );
    expect(calls().at(-1)).toMatch(/^pr close 7 .*Clear the latch, when the cause is found\.$/);
  });

  it("is left alone outside of office hours, and where the gate could not be asked", () => {
    const { open, calls } = opening([{ number: 7, headRefName: proposed.branch, isCrossRepository: false }]);
    expect(open({ outcome: "outside office hours", opensAt: "2026-11-29T22:00:00.000Z" }).status).toBe(0);
    expect(calls()).toEqual([""]);
    const unasked = opening();
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
