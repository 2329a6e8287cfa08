import { describe, expect, it } from "vitest";
import { hasCredentials, jobOf, readWorkflow, runStep, type Step, writes } from "./workflow.ts";

const workflow = readWorkflow("pull-request.yml");
const { jobs, text } = workflow;

/** Whether a job runs what the branch holds: it checks the branch out. */
const runsBranch = ({ steps }: { readonly steps: readonly Step[] }) =>
  steps.some(({ uses = "" }) => uses.startsWith("actions/checkout@"));

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
      ["guide", "runs the branch", "no credentials", "contents: read"],
      ["plan", "runs the branch", "no credentials", "contents: read"],
      ["comment-plans", "runs nothing of it", "no credentials", "pull-requests: write"],
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
    expect(jobOf(workflow, "reviewed").if).toContain(
      "github.event.pull_request.head.repo.full_name == github.repository",
    );
  });

  it("keeps git's token from every checkout", () => {
    expect(text.match(/actions\/checkout@/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
  });
});

describe("the check for reviewers", () => {
  /** Answers in the form of GitHub's REST API, "Get an environment". */
  const environment = (...protectionRules: readonly unknown[]) =>
    `echo '${JSON.stringify({ id: 1, name: "preview", protection_rules: protectionRules })}'`;
  const check = (script: string) =>
    runStep(workflow, "reviewed", "Refuse an environment without reviewers", {
      programs: { gh: script },
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
    runStep(workflow, "preview", "Preview into the summary and a file", {
      programs: { pulumi: script },
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

describe("the plan without credentials", () => {
  const plan = (npm: string) =>
    runStep(workflow, "plan", "Write the plan and its difference into the summary", {
      programs: { npm },
      environment: { STAGE: "staging", GITHUB_STEP_SUMMARY: "summary.md" },
    });

  it("puts the difference into the file that is commented, and the whole plan into the summary besides", () => {
    const { status, read } = plan('echo "$@"');
    expect(status).toBe(0);
    expect(read("plan.txt")).toBe("run --silent plan -- --stage staging --against base-plan.json\n");
    expect(read("summary.md")).toContain("--against base-plan.json\n```\n<details><summary>The whole plan</summary>");
  });

  it("fails where a plan is refused, and keeps what was said all the same", () => {
    const { status, read } = plan('echo "The step to 50 % is refused." >&2; exit 1');
    expect(status).toBe(1);
    expect(read("plan.txt")).toBe("The step to 50 % is refused.\n");
    expect(read("summary.md")).toContain("The step to 50 % is refused.");
  });
});

/** Stands for GitHub: `there.json` has the comments that there are, and `calls` gets what was asked for. */
const github = `echo "$@" >> calls
case "$*" in *--paginate*) cat there.json;; esac`;

describe.each([
  ["comment-plans", "plan"],
  ["comment", "preview"],
])("the comment of %s", (job, what) => {
  const marker = `<!-- celebrant-portal-infra: ${what} -->`;
  const comment = (texts: Readonly<Record<string, string>>, there: readonly unknown[] = []) => {
    const run = runStep(workflow, job, "Comment", {
      programs: { gh: github },
      environment: {
        NUMBER: "7",
        REPOSITORY: "celebrants/infra",
        RUN_URL: "https://github.com/celebrants/infra/actions/runs/1",
        GH_TOKEN: "t",
        WHAT: what,
        TITLE: "what it says",
      },
      files: {
        "there.json": JSON.stringify([there]),
        ...Object.fromEntries(
          Object.entries(texts).map(([stage, said]) => [`texts/${what}-${stage}/${what}.txt`, said]),
        ),
      },
    });
    return { ...run, body: run.read("comment.md") ?? "", calls: (run.read("calls") ?? "").trim().split("\n") };
  };
  const of = (staging: string, production = "no change\n") => ({ staging, production });
  const bot = { login: "github-actions[bot]" };

  it("shows both stages in one comment", () => {
    const { status, calls, body } = comment(of("~ public rule: 5 to 25\n"));
    expect(status).toBe(0);
    expect(calls.slice(1)).toEqual([
      "api --silent --method POST repos/celebrants/infra/issues/7/comments -F body=@comment.md",
    ]);
    expect(body.split("\n")[0]).toBe(marker);
    expect(body).toContain("### staging: what it says\n```\n~ public rule: 5 to 25\n");
    expect(body).toContain("### production: what it says\n```\nno change\n");
  });

  it("is written over its own comment, and over nobody else's", () => {
    const { calls } = comment(of("changed\n"), [
      { id: 1, user: { login: "ana" }, body: `${marker}\nI copied this.` },
      { id: 2, user: bot, body: "<!-- celebrant-portal-infra: another -->\n" },
      { id: 3, user: bot, body: `See ${marker}` },
      { id: 4, user: bot, body: `${marker}\n### staging` },
    ]);
    expect(calls.slice(1)).toEqual([
      "api --silent --method PATCH repos/celebrants/infra/issues/comments/4 -F body=@comment.md",
    ]);
  });

  it("writes none where GitHub does not tell which there are", () => {
    const { status, calls } = comment(of("changed\n"), [{ id: 4, user: bot }]);
    expect(status).not.toBe(0);
    expect(calls).toHaveLength(1);
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
    const { status, body } = comment({ staging: "refused\n" });
    expect(status).toBe(0);
    expect(body).toContain("### production: what it says\nThere is no output. [The run](");
  });
});

it("comments both by the same script, under another mark", () => {
  const [plans, previews] = ["comment-plans", "comment"].map((name) =>
    jobOf(workflow, name).steps.find((step) => step.name === "Comment"),
  );
  expect(plans?.run).toBe(previews?.run);
  expect(plans?.env?.["WHAT"]).not.toBe(previews?.env?.["WHAT"]);
});
