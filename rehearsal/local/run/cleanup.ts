import { chmod, mkdtemp, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import type { Keeper } from "./keeper.ts";

/** What a run has started and must end. What was started last is ended first. */
export interface Cleanup {
  /**
   * Adds something to undo. After `run` it is undone at once: otherwise something that was still starting when the run
   * ended would be left behind.
   *
   * @param what names it in the error when undoing it fails
   * @returns undoes it now, so that `run` will not; a second call does nothing
   */
  add(what: string, undo: () => Promise<void> | void): () => Promise<void>;
  /**
   * Undoes everything once, newest first. It goes on when one entry fails or hangs.
   *
   * @returns one line for each entry that failed; empty when nothing was left behind
   */
  run(): Promise<readonly string[]>;
}

interface Entry {
  readonly what: string;
  readonly undo: () => Promise<void> | void;
}

/** @param limitSeconds how long undoing one entry may take. Default 10 */
export function createCleanup(limitSeconds = 10): Cleanup {
  const entries: Entry[] = [];
  let closed = false;
  let running: Promise<readonly string[]> | undefined;

  async function undoAll(): Promise<readonly string[]> {
    const failures: string[] = [];
    for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
      const failure = await undoWithin(entry, limitSeconds);
      if (failure !== undefined) failures.push(failure);
    }
    return failures;
  }

  return {
    add(what, undo) {
      const entry = { what, undo };
      entries.push(entry);
      if (closed) void undoAll();
      return async () => {
        const index = entries.indexOf(entry);
        if (index < 0) return;
        entries.splice(index, 1);
        await undo();
      };
    },
    async run() {
      closed = true;
      running ??= undoAll().finally(() => {
        running = undefined;
      });
      return await running;
    },
  };
}

async function undoWithin(entry: Entry, limitSeconds: number): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`${entry.what}: not finished within ${limitSeconds} s`), limitSeconds * 1000);
  const done = (async () => {
    try {
      await entry.undo();
      return undefined;
    } catch (error) {
      return `${entry.what}: ${error instanceof Error ? error.message : String(error)}`;
    }
  })();
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Makes the process clean up when it is asked to end, until the cleanup has run. The first signal aborts the run, runs the
 * cleanup and exits with 128 plus the signal's number, as a shell expects. A second signal exits at once, and the keeper cleans up.
 *
 * @param announce gets a line for each thing that happens
 * @returns aborts at the first signal, so that parts of the run that wait can stop
 */
export function endOnSignals(cleanup: Cleanup, announce: (line: string) => void): AbortSignal {
  const aborted = new AbortController();
  const handlers = endingSignals.map((name) => {
    const end = () => {
      const exitCode = 128 + constants.signals[name];
      if (aborted.signal.aborted) process.exit(exitCode);
      aborted.abort(new Error(`ended by ${name}`));
      announce(`${name}: ending all processes and removing all folders.`);
      void cleanup.run().then((failures) => {
        for (const failure of failures) announce(`Left behind: ${failure}`);
        process.exit(exitCode);
      });
    };
    return { name, end };
  });
  for (const { name, end } of handlers) process.on(name, end);
  // Whoever runs in the same process afterwards has signals of its own.
  cleanup.add("handlers of signals", () => {
    for (const { name, end } of handlers) process.off(name, end);
  });
  return aborted.signal;
}

/**
 * Makes a temporary folder for one run. The cleanup removes it, or the keeper when this process is killed.
 *
 * Other users may enter it but not list it, because PostgreSQL runs as another user and has its folder inside.
 */
export async function makeWorkFolder(cleanup: Cleanup, keeper: Keeper): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "rollout-rehearsal-"));
  keeper.watchFolder(path);
  cleanup.add(`folder ${path}`, async () => {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
    keeper.forgetFolder(path);
  });
  await chmod(path, 0o711);
  return path;
}
