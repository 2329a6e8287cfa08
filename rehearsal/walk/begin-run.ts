import { createCleanup, endOnSignals } from "../local/run/cleanup.ts";
import { startKeeper } from "../local/run/keeper.ts";
import { watchTreeMemory } from "../local/run/processes.ts";
import { Traces } from "../local/run/traces.ts";
import type { Check, Limit } from "../report/report-schema.ts";
import { counted, createTerminal } from "../report/terminal.ts";
import { startPlannerThread } from "./planner-thread.ts";

/**
 * Starts what every run has: a keeper that ends all processes if this one is killed, a planner, and a watch over the memory.
 * Signals end the run, and what it started with it.
 */
export async function beginRun() {
  const terminal = createTerminal(process.stdout);
  const cleanup = createCleanup();
  const aborted = endOnSignals(cleanup, (line) => terminal.line(line));
  const traces = new Traces();
  const keeper = await startKeeper();
  traces.process(keeper.pid, "keeper");
  cleanup.add("keeper", keeper.stop);
  const planner = startPlannerThread();
  cleanup.add("planner", planner.close);
  const endMemoryWatch = watchTreeMemory();
  return {
    shared: { terminal, cleanup, aborted, traces, keeper, planner },
    /** Ends all that was started. @returns the peak of all processes, null where there is no /proc, and whether anything is left */
    async end(): Promise<{ readonly peakMib: number | null; readonly nothingLeft: Check }> {
      const peakMib = endMemoryWatch() ?? null;
      terminal.status("ending all processes and removing all folders");
      const left = [...(await cleanup.run()), ...(await traces.left())];
      const { processes, ports, folders } = traces.counts;
      const gone = [counted(processes, "process"), counted(ports, "port"), counted(folders, "folder")].join(", ");
      const found = left.join("; ") || `all gone: ${gone}`;
      return { peakMib, nothingLeft: { what: "nothing is left behind", held: left.length === 0, found } };
    },
  };
}

/** A limit of the run itself, and whether it was kept. @param measured null where nothing could be measured */
export function limitOf(what: string, most: number, measured: number | null): Limit {
  return { what, limit: most, measured, kept: measured === null || measured < most };
}
