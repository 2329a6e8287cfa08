import { spawn } from "node:child_process";

/** How a process ended. */
export interface ProcessResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What to run, and where. */
export interface ProcessRequest {
  readonly command: string;
  readonly words: readonly string[];
  readonly cwd: string;
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Told of each whole line, of either stream, as it comes. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a process to its end, without a shell and without input.
 *
 * @throws {Error} with the code `ENOENT` where there is no such command, and for one that a signal ended
 */
export function runProcess({ command, words, cwd, environment, onLine }: ProcessRequest): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout = collect(child.stdout, onLine);
    const stderr = collect(child.stderr, onLine);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code !== null) resolve({ exitCode: code, stdout: stdout(), stderr: stderr() });
      else reject(new Error(`${command} ${words.join(" ")} was ended by ${signal}.`));
    });
  });
}

function collect(stream: NodeJS.ReadableStream, onLine: ((line: string) => void) | undefined): () => string {
  let text = "";
  let told = 0;
  stream.setEncoding("utf8");
  stream.on("data", (part: string) => {
    text += part;
    if (onLine === undefined) return;
    for (let end = text.indexOf("\n", told); end !== -1; end = text.indexOf("\n", told)) {
      onLine(text.slice(told, end).replace(/\r$/, ""));
      told = end + 1;
    }
  });
  stream.on("end", () => {
    if (onLine !== undefined && told < text.length) onLine(text.slice(told));
  });
  return () => text;
}
