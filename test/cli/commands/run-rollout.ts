import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { OpenWorld } from "../../../cli/commands/command.ts";
import { runRollout as run } from "../../../cli/commands/index.ts";
import type { OutputStream } from "../../../cli/program.ts";

/** How a run of the CLI ended. */
export interface RolloutRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the CLI in this process, for what it says before it opens anything. */
export async function runHere(...words: readonly string[]): Promise<RolloutRun> {
  return await runOn({}, async () => Promise.reject(new Error("It was opened.")), ...words);
}

/** The same for a stream, such as a terminal with columns, and with what it works with. */
export async function runOn(
  stream: Omit<OutputStream, "write">,
  openWorld: OpenWorld,
  ...words: readonly string[]
): Promise<RolloutRun> {
  const printed = { stdout: "", stderr: "" };
  const stdout = { ...stream, write: (text: string) => (printed.stdout += text) };
  const stderr = { ...stream, write: (text: string) => (printed.stderr += text) };
  const exitCode = await run(words, { stdout, stderr }, openWorld);
  return { exitCode, ...printed };
}

/** Runs the CLI as a process of its own, with nothing on its path but the given folder. */
export function runRollout(path: string, ...words: readonly string[]): Promise<RolloutRun> {
  const cli = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));
  const environment = {
    PATH: path,
    HOME: process.env["HOME"],
    TZ: "Australia/Hobart",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  return new Promise((resolve, reject) => {
    // Elsewhere than in the project, because the CLI has to find it by itself.
    execFile(
      process.execPath,
      [cli, ...words],
      { env: environment, cwd: "/", timeout: 240_000 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : error.code;
        if (typeof exitCode === "number") resolve({ exitCode, stdout, stderr });
        else reject(error);
      },
    );
  });
}
