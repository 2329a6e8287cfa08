import { AsyncLocalStorage } from "node:async_hooks";

/** A test case, which the code that it calls can tell from another. */
const cases = new AsyncLocalStorage<{ readonly name: string; isOver: boolean }>();

/** Runs a case. What it has started and not waited for counts as its own, for good. */
export async function runCase(name: string, run: () => Promise<void>): Promise<void> {
  const ongoing = { name, isOver: false };
  try {
    await cases.run(ongoing, run);
  } finally {
    ongoing.isOver = true;
  }
}

/**
 * Stops what a case left running that ended by its time limit: Vitest goes on to the next case, and the first would go on
 * in its servers and files. Everything that tests share asks here before it does something.
 *
 * @throws {Error} when the case that calls is over; never outside of cases
 */
export function requireOngoingCase(): void {
  const calling = cases.getStore();
  if (calling?.isOver === true) throw new Error(`"${calling.name}" is over, and does nothing more.`);
}
