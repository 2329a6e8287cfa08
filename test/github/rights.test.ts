import { describe, expect, it } from "vitest";
import { runRollout } from "../../cli/commands/index.ts";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { readText } from "../docs/markdown.ts";
import { hasCredentials, type Job, readWorkflow, type Workflow, workflowNames, writes } from "./workflow.ts";

const workflows = workflowNames.map((name) => [name, readWorkflow(name)] as const);
const jobs = workflows.flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ file, name, job })),
);
const script = ({ steps }: Job) => steps.map(({ run = "" }) => run).join("\n");
const uses = ({ steps }: Job, action: string) => steps.filter((step) => step.uses?.startsWith(`${action}@`));

describe("what each job may do", () => {
  it("is this table", () => {
    const table = jobs
      .filter(({ file }) => file !== "pull-request.yml")
      .map(({ file, name, job }) => [
        `${file.replace(".yml", "")} ${name}`,
        job.environment ?? "",
        Object.entries(job.permissions)
          .map(([what, level]) => `${what}: ${level}`)
          .join(", "),
      ]);
    const matrix = `${"$"}{{ matrix.stage }}`;
    const input = `${"$"}{{ inputs.stage }}`;
    expect(table).toEqual([
      ["deploy configured", "", ""],
      ["deploy protected", "", "actions: read"],
      ["deploy staging", "staging", "contents: read, id-token: write"],
      ["deploy plan-production", "production-watch", "contents: read, id-token: write"],
      ["deploy production", "production", "contents: read, id-token: write"],
      ["deploy keep-evidence", "next-step", "contents: read"],
      ["drill rehearse", "", "contents: read"],
      ["drill ask", "staging-watch", "contents: read, id-token: write"],
      ["drill open", "next-step", "contents: read"],
      ["next-step configured", "", ""],
      ["next-step ask", `${matrix}-watch`, "contents: read, id-token: write"],
      ["next-step open", "next-step", "contents: read"],
      ["nightly configured", "", ""],
      ["nightly look", `${matrix}-watch`, "contents: read, id-token: write"],
      ["nightly issue", "", "issues: write"],
      ["rollback rollback", `${input}-rescue`, "contents: read, id-token: write"],
      ["rollback keep-evidence", "next-step", "contents: read"],
    ]);
  });

  it("never joins installed packages and a right to write in the repository", () => {
    const writing = jobs.filter(
      ({ job }) => writes(job).length > 0 || uses(job, "actions/create-github-app-token").length > 0,
    );
    expect(writing.length).toBeGreaterThan(4);
    for (const { job } of writing) {
      expect(script(job)).not.toMatch(/\bnpm\b|\bnpx\b|node_modules/);
      expect(hasCredentials(job) && job.permissions["id-token"] === "write").toBe(false);
    }
  });

  it("gives credentials to jobs of an environment alone, and AWS's to the role that is made for it", () => {
    for (const { job } of jobs.filter(({ job: one }) => hasCredentials(one))) expect(job.environment).toBeTruthy();
    const roles = jobs.flatMap(({ file, job }) =>
      uses(job, "aws-actions/configure-aws-credentials").map((step) => [
        file,
        job.environment ?? "",
        String(step.with?.["role-to-assume"]).replace(/^.*:role\//, ""),
      ]),
    );
    for (const [file = "", environment = "", role = ""] of roles.filter(([name]) => name !== "pull-request.yml")) {
      const [, stage = "", kind = "deploy"] = /^(.*?)(?:-(watch|rescue))?$/.exec(environment) ?? [];
      expect([file, role]).toEqual([file, `celebrant-portal-${stage}-${kind}`]);
    }
    expect(roles.length).toBeGreaterThan(6);
  });

  it("asks for the app's token with the two rights that it uses", () => {
    const tokens = jobs.flatMap(({ job }) => uses(job, "actions/create-github-app-token"));
    expect(tokens).toHaveLength(4);
    for (const token of tokens) {
      const asked = Object.entries(token.with ?? {}).filter(([key]) => key.startsWith("permission-"));
      expect(asked).toEqual([
        ["permission-contents", "write"],
        ["permission-pull-requests", "write"],
      ]);
    }
  });

  it("keeps git's token from every checkout", () => {
    const checkouts = jobs.flatMap(({ job }) => uses(job, "actions/checkout"));
    expect(checkouts.length).toBeGreaterThan(10);
    for (const step of checkouts) expect(step.with?.["persist-credentials"]).toBe(false);
  });

  it("lets one update of a stage run at a time, cuts none off, and lets no rollback wait for one", () => {
    const groups = Object.fromEntries(
      jobs.flatMap(({ file, name, job }) =>
        job.concurrency === undefined ? [] : [[`${file} ${name}`, job.concurrency] as const],
      ),
    );
    for (const stage of stages) {
      expect(groups[`deploy.yml ${stage}`]).toEqual({ group: `stage-${stage}`, "cancel-in-progress": false });
    }
    expect(groups["rollback.yml rollback"]).toEqual({
      group: `rollback-${"$"}{{ inputs.stage }}`,
      "cancel-in-progress": false,
    });
  });
});

/** The words of each command that a workflow runs, with a value in the place of each variable. */
function commandsOf({ jobs: all }: Workflow): readonly (readonly string[])[] {
  const lines = Object.values(all).flatMap((job) => script(job).replaceAll("\\\n", " ").split("\n"));
  return lines.flatMap((line) =>
    [...line.matchAll(/npm run (?:--silent )?rollout -- (.*?)\s*(?=\|\||\d?>|\\?`|$)/g)].map(
      ([, words = ""]) =>
        words
          .replaceAll("$STAGE", "staging")
          .replaceAll("$moment", "2026-11-26T10:00:00Z")
          .match(/(?:[^\s"]|"[^"]*")+/g)
          ?.map((word) => word.replaceAll('"', "")) ?? [],
    ),
  );
}

describe("each command that a workflow runs", () => {
  const lines = workflows.flatMap(([file, workflow]) => commandsOf(workflow).map((words) => ({ file, words })));

  it("is found", () => {
    expect(new Set(lines.map(({ words }) => words[0]))).toEqual(
      new Set(["apply", "propose", "restore", "rollback", "status", "task", "tell", "verify"]),
    );
  });

  it.each(lines)("is one that the program understands: $file, $words", async ({ words }) => {
    const said: string[] = [];
    const terminal = {
      stdout: { write: (text: string) => said.push(text) },
      stderr: { write: (text: string) => said.push(text) },
    };
    const withoutFile = words.filter((word, index) => word !== "--summary" && words[index - 1] !== "--summary");
    const exitCode = await runRollout(withoutFile, terminal, () => {
      throw new Error("understood, and the world was asked for");
    });
    expect([exitCode, said.join("")]).toEqual([1, expect.stringContaining("understood")]);
  });
});

describe("docs/pipelines.md", () => {
  const guide = readText("docs/pipelines.md");

  it("names every variable and every secret that a workflow reads", () => {
    const read = workflows.flatMap(([, { text }]) =>
      [...text.matchAll(/\b(?:vars|secrets)\.([A-Z][A-Z0-9_]*)/g)].map(([, name = ""]) => name),
    );
    expect(read.length).toBeGreaterThan(20);
    expect([...new Set(read)].filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });

  it("names every environment, every workflow and every job", () => {
    const environments = jobs.flatMap(({ job }) => (job.environment === undefined ? [] : [job.environment]));
    const named = environments.flatMap((name) =>
      stages.map((stage) => name.replace(/\$\{\{ (?:matrix|inputs)\.stage \}\}/, stage)),
    );
    for (const name of new Set(named)) {
      const general = name.replace(/^(staging|production)(-|$)/, "<stage>$2");
      expect(guide.includes(`\`${name}\``) || guide.includes(`\`${general}\``), name).toBe(true);
    }
    for (const { file, name } of jobs) {
      expect(guide).toContain(`(../.github/workflows/${file})`);
      expect(guide, `${file} ${name}`).toContain(`\`${name}\``);
    }
  });
});
