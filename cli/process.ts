import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

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
  /** What it reads on its standard input. It has none by default. */
  readonly input?: string;
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether interrupts are passed on to it, and its end is waited for. By default they end this program at once. */
  readonly passesInterrupts?: boolean;
  /** Seconds after which it is ended, with every process that it started. By default it has no limit. */
  readonly endsAfterSeconds?: number;
  /** Called with each whole line, of either stream, as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/**
 * Runs a process to its end, without a shell.
 *
 * @throws {Error} with the code `ENOENT` if there is no such command, and for one that a signal ended
 */
export function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  const { command, words, cwd, input = "", environment, passesInterrupts = false, endsAfterSeconds, onLine } = request;
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
      detached: (passesInterrupts || endsAfterSeconds !== undefined) && canHaveOwnGroup,
    });
    // A process that ends without reading it tells so by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const limit = endsAfterSeconds === undefined ? undefined : endAfter(child, endsAfterSeconds);
    const endPassing = passesInterrupts ? passInterrupts(child) : () => {};
    const release = () => {
      endPassing();
      limit?.release();
    };
    const stdout = collect(child.stdout, onLine);
    const stderr = collect(child.stderr, onLine);
    child.once("error", (error) => {
      release();
      reject(error);
    });
    child.once("close", (code, signal) => {
      release();
      if (limit?.hasCome === true) reject(new Error(`${command} was ended after ${endsAfterSeconds} s.`));
      else if (code !== null) resolve({ exitCode: code, stdout: stdout(), stderr: stderr() });
      else reject(new Error(`${command} ${words.join(" ")} was ended by ${signal}.`));
    });
  });
}

/**
 * Finds a program as a shell does: the first file of its name that may be run.
 *
 * @param path folders, as the environment has them
 * @param isMeant leaves folders out
 */
export function executableOnPath(
  name: string,
  path: string,
  isMeant: (folder: string) => boolean = () => true,
): string | undefined {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  const folders = path.split(delimiter).filter((folder) => folder !== "" && isMeant(folder));
  return folders.map((folder) => join(folder, file)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
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

/** What ends a program from outside: Ctrl-C, the end of a CI job, a terminal that was closed. */
const interrupts = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds within which two interrupts count as one: npm passes on what the terminal has sent already. */
const sameInterruptWithin = 1000;

/** Whether a child can have a process group of its own, so that only we interrupt it. A Windows console does it itself. */
const canHaveOwnGroup = process.platform !== "win32";

/**
 * Keeps this program alive when it is interrupted, and passes the interrupt on to a child in a process group of its own, as
 * Ctrl-C. Pulumi then finishes what it is doing, writes its state and releases its lock. A second one ends it at once.
 *
 * @returns a function that stops this
 */
function passInterrupts({ pid }: Pick<ChildProcess, "pid">): () => void {
  let passedAt = Number.NEGATIVE_INFINITY;
  const pass = () => {
    const now = performance.now();
    if (!canHaveOwnGroup || pid === undefined || now - passedAt < sameInterruptWithin) return;
    passedAt = now;
    try {
      process.kill(-pid, "SIGINT");
    } catch {
      // It has ended already.
    }
  };
  for (const interrupt of interrupts) process.on(interrupt, pass);
  return () => {
    for (const interrupt of interrupts) process.off(interrupt, pass);
  };
}

/** Seconds that a process has to end in order once its time is over. */
const lastSeconds = 5;

/** Ends a process and its group when its time is over: first as a system does that shuts down, then at once. */
function endAfter({ pid }: Pick<ChildProcess, "pid">, seconds: number) {
  let hasCome = false;
  const signal = (name: NodeJS.Signals) => {
    hasCome = true;
    if (pid === undefined) return;
    try {
      process.kill(canHaveOwnGroup ? -pid : pid, name);
    } catch {
      // It has ended already.
    }
  };
  const timers = [
    setTimeout(() => signal("SIGTERM"), seconds * 1000),
    setTimeout(() => signal("SIGKILL"), (seconds + lastSeconds) * 1000),
  ];
  return {
    get hasCome() {
      return hasCome;
    },
    release() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Interrupts that are held back until a point where they can be answered. */
export interface HeldInterrupts {
  /** Whether one has come. */
  readonly hasCome: boolean;
  /** From then on an interrupt ends this program again. */
  release(): void;
}

/**
 * Holds interrupts back: what is under way is then undone in order, instead of ending in the middle. A process that
 * {@link runProcess} passes them on to gets them all the same.
 */
export function holdInterrupts(): HeldInterrupts {
  let hasCome = false;
  const note = () => {
    hasCome = true;
  };
  for (const interrupt of interrupts) process.on(interrupt, note);
  return {
    get hasCome() {
      return hasCome;
    },
    release() {
      for (const interrupt of interrupts) process.off(interrupt, note);
    },
  };
}

/** Interrupts that end something in order, instead of this program. */
export interface InterruptSignal {
  /** Is aborted by the first one. */
  readonly signal: AbortSignal;
  /** From then on an interrupt ends this program again. */
  release(): void;
}

/** Turns interrupts into a signal: whoever waits for something can stop waiting, and clean up. */
export function abortOnInterrupt(): InterruptSignal {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const interrupt of interrupts) process.on(interrupt, abort);
  return {
    signal: controller.signal,
    release() {
      for (const interrupt of interrupts) process.off(interrupt, abort);
    },
  };
}
