import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { jobOf, readWorkflow, runStep, workflowNames } from "./workflow.ts";

const workflow = readWorkflow("deploy.yml");
const summary = { GITHUB_STEP_SUMMARY: "summary.md", GITHUB_OUTPUT: "output" };

describe("which stages are set up", () => {
  const look = (environment: Readonly<Record<string, string>>) =>
    runStep(workflow, "configured", "Look", {
      environment: { STAGING: "", PRODUCTION: "", ...environment, ...summary },
    });

  it("is told to the other jobs, and of the others it is said what is missing", () => {
    expect(look({ STAGING: "111111111111", PRODUCTION: "222222222222" }).read("output")).toBe(
      'stages=["staging", "production"]\n',
    );
    const { read, stdout } = look({ PRODUCTION: "222222222222" });
    expect(read("output")).toBe('stages=["production"]\n');
    expect(read("summary.md")).toBe(
      "Nothing is done in staging, because the variable AWS_STAGING_ACCOUNT is not set. docs/pipelines.md says how to set it up.\n",
    );
    expect(stdout).toBe(read("summary.md"));
    expect(look({}).read("output")).toBe("stages=[]\n");
  });

  it("is asked by the same script wherever it is asked", () => {
    const scripts = workflowNames.flatMap((name) => readWorkflow(name).jobs["configured"]?.steps[0]?.run ?? []);
    expect(scripts.length).toBeGreaterThan(2);
    expect(new Set(scripts).size).toBe(1);
  });
});

describe("the check of the environments", () => {
  const reviewed = { id: 2, type: "required_reviewers", reviewers: [{ type: "Team", reviewer: { id: 1 } }] };
  /** Answers in the form of GitHub's REST API, "Get an environment" and "List deployment branch policies". */
  const check = (
    stages: string,
    {
      rules = { production: [reviewed] },
      branches = {},
      missing = [],
    }: {
      readonly rules?: Readonly<Record<string, readonly unknown[]>>;
      readonly branches?: Readonly<Record<string, readonly string[]>>;
      readonly missing?: readonly string[];
    } = {},
  ) => {
    const all = ["staging", "production"].flatMap((stage) => [stage, `${stage}-watch`, `${stage}-rescue`]);
    const files = Object.fromEntries(
      all
        .filter((name) => !missing.includes(name))
        .flatMap((name) => [
          [`answers/${name}`, JSON.stringify({ id: 1, name, protection_rules: rules[name] ?? [] })],
          [
            `answers/${name}.branches`,
            JSON.stringify({ branch_policies: (branches[name] ?? ["main"]).map((branch) => ({ name: branch })) }),
          ],
        ]),
    );
    return runStep(workflow, "protected", "Refuse environments without protection", {
      programs: {
        gh: `path="\${2#repos/celebrants/infra/environments/}"
case "$path" in */deployment-branch-policies) path="\${path%/*}.branches";; esac
cat "answers/$path" 2> /dev/null || { echo '{"message":"Not Found"}'; exit 1; }`,
      },
      environment: { REPOSITORY: "celebrants/infra", GH_TOKEN: "t", STAGES: stages },
      files,
    });
  };
  const both = '["staging", "production"]';

  it("accepts environments of main alone, and production with reviewers", () => {
    expect(check(both)).toMatchObject({ status: 0, stdout: "" });
  });

  it.each([
    [
      "production without reviewers",
      { rules: {} },
      'The environment "production" of celebrants/infra has no required reviewers',
    ],
    [
      "one that other branches may use",
      { branches: { "staging-rescue": ["main", "fix/*"] } },
      'The environment "staging-rescue" of celebrants/infra lets jobs of other branches',
    ],
    [
      "one without a choice of branches",
      { branches: { staging: [] } },
      'The environment "staging" of celebrants/infra lets jobs of other branches',
    ],
    [
      "one that is not there",
      { missing: ["production-watch"] },
      'The environment "production-watch" of celebrants/infra cannot be read.',
    ],
  ])("refuses %s", (_what, options, sentence) => {
    const { status, stdout } = check(both, options);
    expect(status).toBe(1);
    expect(stdout.match(/::error::/g)).toHaveLength(1);
    expect(stdout).toContain(`::error::${sentence}`);
    expect(stdout).toContain("docs/pipelines.md says how.");
  });

  it("names all that it finds, and asks for no stage that is not set up", () => {
    const found = check(both, { rules: {}, branches: { staging: [], production: [] } });
    expect(found.stdout.match(/::error::/g)).toHaveLength(3);
    expect(check('["staging"]', { rules: {}, missing: ["production"] }).status).toBe(0);
  });
});

it.each(["staging", "plan-production", "production"])("%s refuses a commit that is not main's newest", (job) => {
  const at = (sha: string) =>
    runStep(workflow, job, "Refuse a commit that is not the newest of main", {
      programs: { gh: 'test "$*" = "api repos/celebrants/infra/commits/main --jq .sha" && echo bbb' },
      environment: { REPOSITORY: "celebrants/infra", GH_TOKEN: "t", SHA: sha },
    });
  expect(at("bbb").status).toBe(0);
  expect(at("aaa")).toMatchObject({
    status: 1,
    stdout: expect.stringContaining("would deploy aaa, and main is at bbb"),
  });
});

describe.each(["staging", "production"])("apply in %s", (stage) => {
  const apply = (exitCode: number) =>
    runStep(workflow, stage, "Apply", {
      programs: { npm: `echo "$@" > calls; echo "### apply, ${stage}" >> "$GITHUB_STEP_SUMMARY"; exit ${exitCode}` },
      environment: summary,
    });

  it("runs exactly what the file says, and puts how it ended on the run's page", () => {
    const { status, read } = apply(0);
    expect(status).toBe(0);
    expect(read("calls")).toBe(`run --silent rollout -- apply --stage ${stage} --summary summary.md\n`);
    expect(read("summary.md")).toBe(`### apply, ${stage}\n`);
  });

  it("fails where the file waits or is refused, and says what that means", () => {
    const waiting = apply(3);
    expect(waiting.status).toBe(3);
    expect(waiting.read("summary.md")).toContain(
      "**the merged file waits for more requests.** Run this job again later",
    );
    const refused = apply(1);
    expect(refused.status).toBe(1);
    expect(refused.read("summary.md")).toContain("**The merged file is not deployed.**");
    expect(refused.read("summary.md")).toContain(`\`npm run rollout -- status --stage ${stage}\``);
  });

  it("keeps what it wrote as evidence, and nothing that was there before", () => {
    const folder = temporaryFolder();
    const git = (...words: readonly string[]) => execFileSync("git", words, { cwd: folder });
    git("init", "--quiet");
    mkdirSync(join(folder, "evidence", stage), { recursive: true });
    for (const name of ["kept.json", "begun.json"]) writeFileSync(join(folder, "evidence", stage, name), "{}\n");
    git("add", ".");
    git("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "commit", "--quiet", "--message", "Before");
    writeFileSync(join(folder, "evidence", stage, "begun.json"), '{ "outcome": "done" }\n');
    writeFileSync(join(folder, "evidence", stage, "new apply.json"), "{}\n");
    const { status, read } = runStep(workflow, stage, "Collect the evidence", { folder });
    expect(status).toBe(0);
    expect(read(`new/evidence/${stage}/begun.json`)).toContain("done");
    expect(read(`new/evidence/${stage}/new apply.json`)).toBe("{}\n");
    expect(read(`new/evidence/${stage}/kept.json`)).toBeUndefined();
  });
});

describe("production", () => {
  const ask = (outcome: string, exitCode = 0) =>
    runStep(workflow, "plan-production", "Ask", {
      programs: { npm: `echo "$@" > calls; echo '{ "outcome": "${outcome}" }'; exit ${exitCode}` },
      environment: summary,
    });

  it("asks for an approval only where the file asks for something that is not deployed", () => {
    expect(jobOf(workflow, "production").if).toContain("needs.plan-production.outputs.outcome == 'planned'");
    const { status, read } = ask("planned");
    expect(status).toBe(0);
    expect(read("calls")).toContain("apply --stage production --dry-run --json --summary summary.md");
    expect(read("output")).toBe("outcome=planned\n");
    expect(ask("nothing to do").read("output")).toBe("outcome=nothing to do\n");
  });

  it("is not asked for where the program refuses the file", () => {
    const { status, read } = ask("refused", 1);
    expect(status).toBe(1);
    expect(read("output")).toBeUndefined();
    expect(read("summary.md")).toContain("**Production is not asked for:**");
  });

  it("comes after staging", () => {
    expect(jobOf(workflow, "plan-production").needs).toContain("staging");
    expect(jobOf(workflow, "production").needs).toBe("plan-production");
  });
});
