import { constants } from "node:os";
import type { Cleanup } from "./cleanup.ts";

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Makes Ctrl-C and a polite kill leave nothing behind: the first such signal aborts the run, undoes the cleanup stack and
 * exits with 128 and the signal's number, as a shell expects. A second one exits at once; the keeper does the rest then.
 *
 * @param announce is told what happens, one line a call
 * @returns aborts when a signal came, so that waiting parts of the run stop
 */
export function endOnSignals(cleanup: Cleanup, announce: (line: string) => void): AbortSignal {
  const aborted = new AbortController();
  for (const name of endingSignals) {
    process.on(name, () => {
      const exitCode = 128 + constants.signals[name];
      if (aborted.signal.aborted) process.exit(exitCode);
      aborted.abort(new Error(`ended by ${name}`));
      announce(`${name}: ending processes and removing folders.`);
      void cleanup.run().then((failures) => {
        for (const failure of failures) announce(`left behind: ${failure}`);
        process.exit(exitCode);
      });
    });
  }
  return aborted.signal;
}
