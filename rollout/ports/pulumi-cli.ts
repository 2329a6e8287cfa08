import { type ExecFileException, execFile } from "node:child_process";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import type { PulumiPort } from "./pulumi.ts";

/**
 * Pulumi's exit codes.
 *
 * @see Pulumi CLI Exit Codes, https://www.pulumi.com/docs/iac/cli/exit-codes/: the same since 3.226.1
 */
const exitCodes = { notLoggedIn: 3, stackMissing: 6 } as const;

/** Far above any stack's outputs: a history of thousands of entries is a few megabytes. */
const maximumOutputBytes = 64 * 1024 * 1024;

/**
 * Pulumi by its CLI: the `pulumi` on the path, which in npm's scripts is the project's own.
 *
 * @param projectFolder folder with `Pulumi.yaml`, which tells the CLI the project
 */
export function createPulumiCli(stage: Stage, projectFolder: string): PulumiPort {
  return {
    outputs: async () => {
      const text = await run(stage, projectFolder, [
        "stack",
        "output",
        "--json",
        "--non-interactive",
        "--stack",
        stage,
      ]);
      return parseOutputs(text, stage);
    },
  };
}

function run(stage: Stage, cwd: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("pulumi", words, { cwd, maxBuffer: maximumOutputBytes }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(explain(error, stderr.trim(), stage), { cause: error }));
    });
  });
}

function explain(error: ExecFileException, stderr: string, stage: Stage): string {
  const said = stderr === "" ? error.message : stderr;
  // The npm package `pulumi` fetches the CLI on first use. It says why it could not in its last line, in its own name.
  const [, fetching] = /(?:^|\n)pulumi: (.+)$/.exec(stderr) ?? [];
  if (error.code === "ENOENT" || fetching !== undefined) {
    const reason = fetching === undefined ? "is not on the path" : `could not be fetched (${fetching})`;
    return `The Pulumi CLI ${reason}. Run the command by npm run rollout after npm ci, which brings it, or install it: https://www.pulumi.com/docs/install/`;
  }
  if (error.code === exitCodes.notLoggedIn) {
    return `Pulumi is not logged in, or may not read the stack ${stage}. Run pulumi login, or set PULUMI_ACCESS_TOKEN or PULUMI_BACKEND_URL. It said: ${said}`;
  }
  if (error.code === exitCodes.stackMissing) {
    return `The stack ${stage} is not in the backend that Pulumi is logged in to. Compare with pulumi whoami --verbose and pulumi stack ls, or create it: pulumi stack init ${stage}. It said: ${said}`;
  }
  return `The outputs of the stack ${stage} cannot be read: pulumi stack output failed. It said: ${said}`;
}

function parseOutputs(text: string, stage: Stage): Record<string, unknown> {
  try {
    const outputs: unknown = JSON.parse(text);
    if (typeof outputs === "object" && outputs !== null && !Array.isArray(outputs)) return { ...outputs };
  } catch {
    // Said below, as for JSON of another form.
  }
  throw new Error(
    `The outputs of the stack ${stage} cannot be read: pulumi stack output --json printed ${JSON.stringify(text.slice(0, 80))}, which is no JSON object. Check which pulumi is on the path.`,
  );
}
