import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectFolder } from "../support/stack-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runStep, type StepRun, type Workflow } from "./workflow.ts";

/** A pull request, as `gh pr list` tells of it. */
export interface PullRequest {
  readonly number: number;
  readonly headRefName: string;
  readonly isCrossRepository: boolean;
}

/** Stands for `gh`: the pull requests are a file, and `calls` gets what was asked for. */
const gh = `echo "$@" >> "$STATE/calls"
case "$1 $2" in
  "pr list")
    branch=''
    while [ $# -gt 0 ]; do if [ "$1" = --head ]; then branch="$2"; fi; shift; done
    BRANCH="$branch" node -p 'JSON.stringify(JSON.parse(require("fs").readFileSync(process.env.STATE + "/open.json", "utf8"))
      .filter((one) => process.env.BRANCH === "" || one.headRefName === process.env.BRANCH))' ;;
  "pr create" | "api --silent") cp body.md "$STATE/body" ;;
esac`;

/**
 * A clone of a repository that has the project's scripts, with a bare one for GitHub's, and what stands for its API.
 *
 * @param content files of main by their paths
 * @param open the pull requests that are open
 */
export function openRepository(content: Readonly<Record<string, string>>, open: readonly PullRequest[] = []) {
  const origin = join(temporaryFolder(), "origin.git");
  const folder = temporaryFolder();
  const state = temporaryFolder();
  const git = (...words: readonly string[]) =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", origin]);
  git("clone", "--quiet", origin, ".");
  git("switch", "--quiet", "--create", "main");
  cpSync(join(projectFolder, ".github/scripts"), join(folder, ".github/scripts"), { recursive: true });
  for (const [path, text] of Object.entries(content)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  git("add", ".");
  git("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "commit", "--quiet", "--message", "Begin");
  git("push", "--quiet", "origin", "main");
  writeFileSync(join(state, "open.json"), JSON.stringify(open));
  writeFileSync(join(state, "calls"), "");
  return {
    folder,
    git,
    /** Runs git in the repository that stands for GitHub's. */
    remote: (...words: readonly string[]) => execFileSync("git", words, { cwd: origin, encoding: "utf8" }).trim(),
    /** What `gh` was asked for. */
    calls: () => readFileSync(join(state, "calls"), "utf8").trim().split("\n"),
    /** The text of the pull request that was opened or edited last. */
    body: () => readFileSync(join(state, "body"), "utf8"),
    /** Runs a job's step in a checkout of main. */
    run(
      workflow: Workflow,
      job: string,
      step: string,
      options: Pick<Parameters<typeof runStep>[3], "environment" | "files">,
    ): StepRun {
      // Each run of a workflow has a checkout of its own.
      git("switch", "--quiet", "--force", "main");
      git("clean", "--quiet", "-fd");
      for (const branch of git("branch", "--format=%(refname:short)").split("\n")) {
        if (branch !== "main") git("branch", "--quiet", "-D", branch);
      }
      return runStep(workflow, job, step, { ...options, programs: { gh }, folder, inherited: { STATE: state } });
    },
  };
}
