import type { ChildProcess } from "node:child_process";

/** What ends a program from outside: Ctrl-C, the end of a CI job, a terminal that was closed. */
const interrupts = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds within which two are one: npm passes on to a program what the terminal has told it already. */
const sameInterruptWithin = 1000;

/** Whether a child can have a process group of its own, so that it is told by us alone. A console of Windows tells it. */
export const canHaveOwnGroup = process.platform !== "win32";

/**
 * Keeps this program alive over interrupts and passes them on to a child in a process group of its own, as Ctrl-C. Pulumi
 * then ends what it is at, writes its state and gives its lock back; a second one ends it at once.
 *
 * @returns ends it
 */
export function passInterrupts({ pid }: Pick<ChildProcess, "pid">): () => void {
  let passedAt = Number.NEGATIVE_INFINITY;
  const pass = () => {
    const now = performance.now();
    if (!canHaveOwnGroup || pid === undefined || now - passedAt < sameInterruptWithin) return;
    passedAt = now;
    try {
      process.kill(-pid, "SIGINT");
    } catch {
      // It has ended by itself.
    }
  };
  for (const interrupt of interrupts) process.on(interrupt, pass);
  return () => {
    for (const interrupt of interrupts) process.off(interrupt, pass);
  };
}
