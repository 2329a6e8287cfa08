import { countText } from "../../rollout/gate/verdict.ts";
import { createCleanup, makeWorkFolder } from "../local/run/cleanup.ts";
import { startKeeper } from "../local/run/keeper.ts";
import { type RestoreReport, rehearseRestore } from "./rehearse-restore.ts";

/** Writers and time enough to have some hundred writes on each side of the moment. */
const course = { writers: 4, writeMilliseconds: 1000 } as const;

/** Rehearses a restore on this machine. @returns what was found, a line each, and whether everything held */
export async function runRestore(): Promise<{ readonly held: boolean; readonly lines: readonly string[] }> {
  const cleanup = createCleanup();
  const interrupted = new AbortController();
  const abort = () => interrupted.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, abort);
  try {
    const keeper = await startKeeper();
    cleanup.add("keeper", keeper.stop);
    const folder = await makeWorkFolder(cleanup, keeper);
    const report = await rehearseRestore(folder, { keeper, aborted: interrupted.signal }, course);
    return { held: report.lost.length + report.unexpected.length === 0, lines: linesOf(report) };
  } finally {
    await cleanup.run();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, abort);
  }
}

function linesOf({
  acknowledged,
  due,
  late,
  lost,
  unexpected,
  backUpSeconds,
  restoreSeconds,
}: RestoreReport): string[] {
  return [
    `${countText(acknowledged, "write")} acknowledged: ${due} by the moment, ${late} begun after it.`,
    `Restored in ${restoreSeconds.toFixed(1)} s, from a copy that took ${backUpSeconds.toFixed(1)} s.`,
    lost.length === 0 ? "Every write of before is there." : `Lost: ${lost.join(", ")}`,
    unexpected.length === 0
      ? "None of after is there."
      : `There, though begun after the moment: ${unexpected.join(", ")}`,
  ];
}
