import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly if?: string;
  readonly needs?: string;
  readonly steps: readonly Step[];
}

const text = readFileSync(new URL("../../.github/workflows/pull-request.yml", import.meta.url), "utf8");
const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, Job>> };

const job = (name: string): Job => jobs[name] ?? expect.fail(`There is no job ${name}.`);

/** Whether a job runs what the branch holds: it checks the branch out. */
const runsBranch = ({ steps }: Job) => steps.some(({ uses = "" }) => uses.startsWith("actions/checkout@"));
/** GitHub's own token of a job may be in it; any other secret may not. */
const hasCredentials = (one: Job) =>
  one.permissions["id-token"] === "write" || /\$\{\{[^}]*\bsecrets\./.test(JSON.stringify(one.steps));
const writes = ({ permissions }: Job) =>
  Object.keys(permissions).filter((name) => permissions[name] === "write" && name !== "id-token");

describe("what a pull request's jobs may do", () => {
  it("is this table", () => {
    const table = Object.entries(jobs).map(([name, one]) => [
      name,
      runsBranch(one) ? "runs the branch" : "runs nothing of it",
      hasCredentials(one) ? `credentials of ${one.environment}` : "no credentials",
      Object.entries(one.permissions)
        .map(([what, level]) => `${what}: ${level}`)
        .join(", "),
    ]);
    expect(table).toEqual([
      ["check", "runs the branch", "no credentials", "contents: read"],
      ["plan", "runs the branch", "no credentials", "contents: read"],
      ["reviewed", "runs nothing of it", "no credentials", "actions: read"],
      ["preview", "runs the branch", "credentials of preview", "contents: read, id-token: write"],
      ["comment", "runs nothing of it", "no credentials", "pull-requests: write"],
    ]);
  });

  it("never joins the branch's program and a right to write", () => {
    for (const one of Object.values(jobs).filter(runsBranch)) expect(writes(one)).toEqual([]);
  });

  it("puts credentials behind an environment that was checked for reviewers", () => {
    for (const one of Object.values(jobs).filter(hasCredentials)) {
      expect(one).toMatchObject({ environment: "preview", needs: "reviewed" });
    }
    expect(job("reviewed").if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  });

  it("keeps git's token from every checkout", () => {
    expect(text.match(/actions\/checkout@/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
  });
});

/** Runs a step's script as GitHub does, in a folder of its own, with a program that stands for one of the runner's. */
function runStep(
  name: string,
  step: string,
  options: {
    readonly program: "gh" | "pulumi";
    readonly script: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
  },
) {
  const { program, script, environment, files = {} } = options;
  const folder = temporaryFolder();
  const programs = join(folder, "programs");
  mkdirSync(programs);
  writeFileSync(join(programs, program), `#!/bin/bash\n${script}\n`);
  chmodSync(join(programs, program), 0o755);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const found = job(name).steps.find((one) => one.name === step) ?? expect.fail(`There is no step ${step}.`);
  // GitHub's documentation, "Workflow syntax", jobs.<id>.steps[*].shell: `bash -e {0}` where none is named.
  const { status, stdout } = spawnSync("bash", ["-e", "-c", found.run ?? ""], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: `${programs}:${process.env["PATH"]}`, ...environment },
  });
  // The step may read no variable that it is not given.
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith("GITHUB_")) expect(Object.keys(found.env ?? {})).toContain(variable);
  }
  const read = (path: string) =>
    existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined;
  return { status, stdout, read };
}

describe("the check for reviewers", () => {
  /** Answers in the form of GitHub's REST API, "Get an environment". */
  const environment = (...protectionRules: readonly unknown[]) =>
    `echo '${JSON.stringify({ id: 1, name: "preview", protection_rules: protectionRules })}'`;
  const check = (script: string) =>
    runStep("reviewed", "Refuse an environment without reviewers", {
      program: "gh",
      script,
      environment: { REPOSITORY: "celebrants/infra", GH_TOKEN: "t" },
    });
  const team = { type: "Team", reviewer: { id: 1, name: "on call" } };

  it("accepts an environment that asks for one", () => {
    const rule = { id: 2, type: "required_reviewers", prevent_self_review: true, reviewers: [team] };
    expect(check(environment({ id: 1, type: "wait_timer", wait_timer: 5 }, rule)).status).toBe(0);
  });

  it.each([
    ["without any rule", environment()],
    ["with other rules only", environment({ id: 1, type: "wait_timer", wait_timer: 5 })],
    ["with a rule that names nobody", environment({ id: 2, type: "required_reviewers", reviewers: [] })],
    ["that does not exist", `echo '{"message":"Not Found","status":"404"}'; exit 1`],
    ["that GitHub does not tell of", `echo '{"message":"Server Error"}'`],
  ])("refuses one %s and says what to do", (_what, script) => {
    const { status, stdout } = check(script);
    expect(status).toBe(1);
    expect(stdout).toContain(
      '::error::The environment "preview" of celebrants/infra has no required reviewers, so nothing would keep a branch\'s program from its credentials. Add reviewers under Settings, Environments, preview,',
    );
  });
});

describe("the preview", () => {
  const preview = (script: string) =>
    runStep("preview", "Preview into the summary and a file", {
      program: "pulumi",
      script,
      environment: { STACK: "celebrants/staging", GITHUB_STEP_SUMMARY: "summary.md" },
    });

  it("asks for the stack with the policies, and keeps what was said", () => {
    const { status, read } = preview('echo "$@"; echo "Diagnostics" >&2');
    expect(status).toBe(0);
    expect(read("preview.txt")).toBe(
      "preview --stack celebrants/staging --non-interactive --color never --diff --policy-pack policies\nDiagnostics\n",
    );
    expect(read("summary.md")).toContain("Diagnostics");
  });

  it("fails where Pulumi fails, and keeps what was said all the same", () => {
    const { status, read } = preview("echo 'error: The step to 50 % is refused.'; exit 255");
    expect(status).toBe(255);
    expect(read("preview.txt")).toBe("error: The step to 50 % is refused.\n");
  });
});

describe("the comment", () => {
  const comment = (files: Readonly<Record<string, string>>) => {
    const run = runStep("comment", "Comment", {
      program: "gh",
      script: 'echo "$@"',
      environment: {
        NUMBER: "7",
        REPOSITORY: "celebrants/infra",
        RUN_URL: "https://github.com/celebrants/infra/actions/runs/1",
        GH_TOKEN: "t",
      },
      files,
    });
    return { ...run, body: run.read("comment.md") ?? "" };
  };
  const of = (staging: string, production = "no change\n") => ({
    "previews/preview-staging/preview.txt": staging,
    "previews/preview-production/preview.txt": production,
  });

  it("shows both stages, and is one comment that is written anew", () => {
    const { status, stdout, body } = comment(of("~ public rule: 5 to 25\n"));
    expect(status).toBe(0);
    expect(stdout).toBe("pr comment 7 --repo celebrants/infra --edit-last --create-if-none --body-file comment.md\n");
    expect(body).toContain("### pulumi preview, staging\n```\n~ public rule: 5 to 25\n");
    expect(body).toContain("### pulumi preview, production\n```\nno change\n");
  });

  it("takes what the branch's program printed for text", () => {
    const { body } = comment(of("```\n@everyone ![](https://example.com/x)\u001b[31m`$(id)`\n"));
    expect(body.match(/```/g)).toHaveLength(4);
    expect(body).toContain("'''\n@everyone ![](https://example.com/x)[31m'$(id)'\n");
  });

  it("stays shorter than GitHub accepts, whole characters and a note of the rest", () => {
    const { body } = comment(of("é%".repeat(20_000), "x".repeat(70_000)));
    expect(body.length).toBeLessThan(65_536);
    expect(body).not.toContain("\uFFFD");
    expect(body.match(/\[The run\]\(https:[^)]*\) has the rest\./g)).toHaveLength(2);
  });

  it("says so where a stage has no output", () => {
    const { status, body } = comment({ "previews/preview-staging/preview.txt": "refused\n" });
    expect(status).toBe(0);
    expect(body).toContain("### pulumi preview, production\nThere is no output. [The run](");
  });
});
