import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { createCleanup } from "../local/cleanup.ts";
import { startKeeper } from "../local/keeper/keeper.ts";
import { endOnSignals } from "../local/signals.ts";
import { Traces } from "../local/traces.ts";
import { type TreeMemory, watchTreeMemory } from "../local/tree-memory.ts";
import { modelsOf } from "../report/models.ts";
import type { Check, RehearsalReport, StageReport } from "../report/report-schema.ts";
import { showSummary } from "../report/show-summary.ts";
import { createTerminal } from "../report/terminal.ts";
import { rehearseStage } from "./rehearse-stage.ts";
import type { WalkSettings } from "./stage-context.ts";

/** What to rehearse. */
export interface RehearsalOptions {
  readonly stages: readonly Stage[];
  /** Where the report is written. */
  readonly reportPath: string;
  readonly settings: WalkSettings;
}

/** Limits of the whole run: what a laptop, and a small build machine, can spare. */
const limits = { seconds: 60, memoryMib: 600 } as const;
const memorySampleMilliseconds = 500;

/**
 * Rehearses stages one after the other, ends everything it started, and reports.
 *
 * @returns whether everything held
 */
export async function runRehearsal({ stages, reportPath, settings }: RehearsalOptions): Promise<boolean> {
  const startedAt = new Date();
  const terminal = createTerminal(process.stdout);
  const cleanup = createCleanup();
  const aborted = endOnSignals(cleanup, (line) => terminal.line(line));
  const traces = new Traces();
  const keeper = await startKeeper();
  traces.process(keeper.pid, "keeper");
  cleanup.add("keeper", keeper.stop);
  const endMemoryWatch = watchTreeMemory(memorySampleMilliseconds);

  const factor = settings.timeFactor;
  terminal.line(
    `Rehearsing ${stages.join(" and ")}: seed ${settings.seed}, health checks and draining ${factor} times faster.`,
  );
  const reports: StageReport[] = [];
  let failure: string | undefined;
  try {
    for (const stage of stages)
      reports.push(await rehearseStage(stage, { aborted, cleanup, keeper, settings, terminal, traces }));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const peak = endMemoryWatch();
  terminal.status("ending processes and removing folders");
  const left = [...(await cleanup.run()), ...(await traces.left())];
  if (aborted.aborted) return false;

  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  const checks = runChecks(seconds, stages.length, peak, left, traces);
  const held =
    failure === undefined && [...checks, ...reports.flatMap((report) => report.checks)].every((check) => check.held);
  const report: RehearsalReport = {
    version: 1,
    startedAt: startedAt.toISOString(),
    seconds,
    held,
    machine: { node: process.version, platform: `${process.platform}-${process.arch}`, cores: availableParallelism() },
    settings: { ...settings },
    memory: peak === undefined ? null : { peakMib: peak.mib, processes: peak.processes },
    models: [...modelsOf(factor)],
    stages: reports,
    checks,
    ...(failure === undefined ? {} : { failure }),
  };
  await writeFile(reportPath, `${JSON.stringify(report, null, 2)}\n`);
  showSummary(terminal, report, reportPath);
  return held;
}

function runChecks(
  seconds: number,
  stages: number,
  peak: TreeMemory | undefined,
  left: readonly string[],
  traces: Traces,
): Check[] {
  const { processes, ports, folders } = traces.counts;
  const memory = peak === undefined ? "not measured: there is no /proc" : `${Math.round(peak.mib)} MiB`;
  return [
    {
      what: `${stages === 1 ? "one stage" : "both stages"} in under ${limits.seconds} s`,
      held: seconds < limits.seconds,
      found: `${seconds.toFixed(1)} s`,
    },
    {
      what: `under ${limits.memoryMib} MiB in all`,
      held: peak === undefined || peak.mib < limits.memoryMib,
      found: memory,
    },
    {
      what: "nothing is left behind",
      held: left.length === 0,
      found:
        left.length > 0 ? left.join("; ") : `${processes} processes, ${ports} ports and ${folders} folders are gone`,
    },
  ];
}
