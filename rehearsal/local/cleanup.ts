/** What a rehearsal started and must end: the last thing begun is the first to go. */
export interface Cleanup {
  /**
   * Adds something to undo. On a stack that has run already it is undone at once: whoever was still starting it when the
   * run was ended would otherwise leave it behind.
   *
   * @param what named in the error when undoing it fails
   * @returns undoes it now and takes it off the stack; a second call does nothing
   */
  add(what: string, undo: () => Promise<void> | void): () => Promise<void>;
  /**
   * Undoes everything, newest first, each at most once. A failing or hanging one does not keep the others from going.
   *
   * @returns one line for each that failed; empty when nothing was left behind
   */
  run(): Promise<readonly string[]>;
}

interface Entry {
  readonly what: string;
  readonly undo: () => Promise<void> | void;
}

/** @param limitSeconds how long one entry may take before it is given up */
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
