import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A step of a job, as the workflow's file has it. */
export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly "working-directory"?: string;
}

/** A job, as the workflow's file has it. */
export interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
}

/** A workflow, as its file has it. */
export interface Workflow {
  readonly name: string;
  readonly text: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = new URL("../../.github/workflows/", import.meta.url);

/** The workflows by their files' names. */
export const workflowNames = readdirSync(folder).sort();

/** @param name the file's, such as `deploy.yml`, or its path from there */
export function readWorkflow(name: string): Workflow {
  const text = readFileSync(new URL(name, folder), "utf8");
  return { ...(parse(text) as Omit<Workflow, "text">), text };
}

/** A job of a workflow, which has to be there. */
export function jobOf({ jobs }: Workflow, name: string): Job {
  return jobs[name] ?? expect.fail(`There is no job ${name}.`);
}

/** GitHub's own token of a job may be in it. Any other secret makes it one with credentials. */
export function hasCredentials(job: Job): boolean {
  return job.permissions["id-token"] === "write" || /\$\{\{[^}]*\bsecrets\./.test(JSON.stringify(job.steps));
}

/** What a job may write in the repository. Logging in elsewhere is no such right. */
export function writes({ permissions }: Job): readonly string[] {
  return Object.keys(permissions).filter((name) => permissions[name] === "write" && name !== "id-token");
}

/** How a step's script ended. */
export interface StepRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
  /** A file below the folder; undefined where there is none. */
  readonly read: (path: string) => string | undefined;
}

/**
 * Runs a step's script as GitHub does, in a folder of its own, with programs that stand for those of the runner.
 *
 * @param options.programs scripts of bash by the names of programs; they come first on the path
 * @param options.environment what the step is given. One that neither step nor job names, and that is not GitHub's own, fails
 * @param options.folder where it runs. Default: an empty one
 * @param options.inherited what the stand-ins read, and the step knows nothing of
 */
export function runStep(
  workflow: Workflow,
  jobName: string,
  stepName: string,
  options: {
    readonly programs?: Readonly<Record<string, string>>;
    readonly environment?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
    readonly folder?: string;
    readonly inherited?: Readonly<Record<string, string>>;
  },
): StepRun {
  const { programs = {}, environment = {}, files = {}, folder: where = temporaryFolder(), inherited } = options;
  const beside = join(temporaryFolder(), "programs");
  mkdirSync(beside);
  for (const [program, script] of Object.entries(programs)) {
    writeFileSync(join(beside, program), `#!/bin/bash\n${script}\n`);
    chmodSync(join(beside, program), 0o755);
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(where, path)), { recursive: true });
    writeFileSync(join(where, path), content);
  }
  const job = jobOf(workflow, jobName);
  const step = job.steps.find(({ name }) => name === stepName) ?? expect.fail(`There is no step ${stepName}.`);
  for (const variable of Object.keys(environment).filter((name) => !name.startsWith("GITHUB_"))) {
    expect([...Object.keys(job.env ?? {}), ...Object.keys(step.env ?? {})]).toContain(variable);
  }
  // GitHub's documentation, "Workflow syntax", jobs.<id>.steps[*].shell: `bash -e {0}` where none is named.
  const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", step.run ?? ""], {
    cwd: where,
    encoding: "utf8",
    env: { PATH: `${beside}:${process.env["PATH"]}`, HOME: where, ...environment, ...inherited },
  });
  const read = (path: string) => (existsSync(join(where, path)) ? readFileSync(join(where, path), "utf8") : undefined);
  return { status, stdout, stderr, folder: where, read };
}
