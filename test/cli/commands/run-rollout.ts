import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a run of the CLI ended. */
export interface RolloutRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the CLI as a process of its own, with nothing on its path but the given folder. */
export function runRollout(path: string, ...words: readonly string[]): Promise<RolloutRun> {
  const cli = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));
  const environment = { PATH: path, HOME: process.env["HOME"], TZ: "Australia/Melbourne" };
  return new Promise((resolve, reject) => {
    // Elsewhere than in the project, because the CLI has to find it by itself.
    execFile(
      process.execPath,
      [cli, ...words],
      { env: environment, cwd: "/", timeout: 30_000 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : error.code;
        if (typeof exitCode === "number") resolve({ exitCode, stdout, stderr });
        else reject(error);
      },
    );
  });
}
