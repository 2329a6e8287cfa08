import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openRepository, type PullRequest } from "./repository.ts";
import { jobOf, readWorkflow } from "./workflow.ts";

const workflow = readWorkflow("deploy.yml");
const evidence = "evidence/staging";

function keeping(open: readonly PullRequest[] = []) {
  const repository = openRepository(
    { [`${evidence}/1.json`]: "begun\n", [`${evidence}/looks.jsonl`]: "one\n", other: "as it was\n" },
    open,
  );
  return {
    ...repository,
    keep: (files: Readonly<Record<string, string>>) =>
      repository.run(workflow, "keep-evidence", "Open the pull request, or add to it", {
        environment: {
          REPOSITORY: "celebrants/infra",
          GH_TOKEN: "t",
          APP: "stepper",
          ADDS: "true",
          RUN_URL: "the run",
        },
        files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`new/${evidence}/${name}`, text])),
      }),
    on: (name: string) => repository.remote("show", `evidence:${evidence}/${name}`),
  };
}

const there: PullRequest = { number: 7, headRefName: "evidence", isCrossRepository: false };

describe("the evidence of the deploys", () => {
  it("is a pull request of the new files", () => {
    const { keep, remote, calls, body } = keeping();
    expect(keep({ "2.json": "done\n" }).status).toBe(0);
    expect(remote("diff", "--name-only", "main", "evidence")).toBe(`${evidence}/2.json`);
    expect(calls().at(-1)).toContain("pr create --repo celebrants/infra --base main --head evidence");
    expect(body()).toContain("Merging it deploys nothing.");
  });

  it("is added to what an open pull request has, and a file that was completed stays complete", () => {
    const { keep, on, calls } = keeping([there]);
    keep({ "1.json": "done\n", "2.json": "begun\n" });
    expect(keep({ "2.json": "done\n", "3.json": "new\n" }).status).toBe(0);
    expect([on("1.json"), on("2.json"), on("3.json")]).toEqual(["done", "done", "new"]);
    expect(calls().at(-1)).toMatch(/^api --silent --method PATCH repos\/celebrants\/infra\/pulls\/7 /);
  });

  it("has the lines of every run, each once", () => {
    const { keep, on } = keeping([there]);
    keep({ "looks.jsonl": "one\ntwo\n" });
    expect(keep({ "looks.jsonl": "one\nthree\n" }).status).toBe(0);
    expect(on("looks.jsonl")).toBe("one\ntwo\nthree");
  });

  it("begins anew where the earlier one was merged or closed", () => {
    const { keep, remote } = keeping();
    keep({ "2.json": "of a closed one\n" });
    keep({ "3.json": "new\n" });
    expect(remote("diff", "--name-only", "main", "evidence")).toBe(`${evidence}/3.json`);
  });

  it("is nothing where no update left any", () => {
    const { keep, calls, remote } = keeping();
    expect(keep({})).toMatchObject({ status: 0, stdout: "No update left evidence.\n" });
    expect(calls()).toEqual([""]);
    expect(remote("branch", "--list")).not.toContain("evidence");
  });

  it("is kept by the rollback in the same way", () => {
    const steps = (name: string, job: string) => jobOf(readWorkflow(name), job).steps;
    expect(steps("rollback.yml", "keep-evidence")).toEqual(steps("deploy.yml", "keep-evidence"));
    const collect = (name: string, job: string) =>
      steps(name, job).find((step) => step.name === "Collect the evidence");
    expect(collect("rollback.yml", "rollback")?.run).toBe(collect("deploy.yml", "staging")?.run);
  });

  it.each([
    ["deploy.yml", "staging"],
    ["deploy.yml", "production"],
    ["rollback.yml", "rollback"],
  ])("names who merged or pressed: %s %s", (name, job) => {
    const { env = {} } = jobOf(readWorkflow(name), job);
    expect(env["GIT_CONFIG_VALUE_0"]).toBe(
      `${"$"}{{ github.triggering_actor }}, by the workflow ${name.replace(".yml", "")}`,
    );
    const said = execFileSync("git", ["config", "user.name"], {
      cwd: temporaryFolder(),
      encoding: "utf8",
      env: { ...process.env, ...env, GIT_CONFIG_VALUE_0: "ana, by the workflow" },
    });
    expect(said).toBe("ana, by the workflow\n");
  });
});
