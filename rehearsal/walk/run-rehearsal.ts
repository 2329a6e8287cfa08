import { access, constants, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { createCleanup, endOnSignals } from "../local/run/cleanup.ts";
import { startKeeper } from "../local/run/keeper.ts";
import { watchTreeMemory } from "../local/run/processes.ts";
import { Traces } from "../local/run/traces.ts";
import { modelsOf } from "../report/models.ts";
import type { Limit, RehearsalReport, StageReport } from "../report/report-schema.ts";
import { showSummary } from "../report/show-summary.ts";
import { counted, createTerminal } from "../report/terminal.ts";
import { startPlannerThread } from "./planner-thread.ts";
import { rehearseStage } from "./rehearse-stage.ts";
import type { WalkSettings } from "./stage-context.ts";

/** What to rehearse. */
export interface RehearsalOptions {
  /** Folder with the stack files. */
  readonly projectFolder: string;
  readonly stages: readonly Stage[];
  /** Where the report is written. */
  readonly reportPath: string;
  readonly settings: WalkSettings;
}

const memorySampleMilliseconds = 500;

/**
 * Rehearses stages one after the other, ends everything it started, and reports.
 *
 * @returns whether everything held
 */
export async function runRehearsal(options: RehearsalOptions): Promise<boolean> {
  const { projectFolder, stages, reportPath, settings } = options;
  const startedAt = new Date();
  await checkReportPath(reportPath);
  const terminal = createTerminal(process.stdout);
  const cleanup = createCleanup();
  const aborted = endOnSignals(cleanup, (line) => terminal.line(line));
  const traces = new Traces();
  const keeper = await startKeeper();
  traces.process(keeper.pid, "keeper");
  cleanup.add("keeper", keeper.stop);
  const planner = startPlannerThread();
  cleanup.add("planner", planner.close);
  const endMemoryWatch = watchTreeMemory(memorySampleMilliseconds);

  const factor = settings.timeFactor;
  terminal.line(
    `Rehearsing ${stages.join(" and ")}: seed ${settings.seed}, health checks, draining and alarms ${factor} times faster.`,
  );
  const reports: StageReport[] = [];
  let failure: string | undefined;
  try {
    const shared = { aborted, cleanup, keeper, planner, projectFolder, settings, terminal, traces };
    for (const stage of stages) reports.push(await rehearseStage(stage, shared));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const peak = endMemoryWatch();
  terminal.status("ending processes and removing folders");
  const left = [...(await cleanup.run()), ...(await traces.left())];
  if (aborted.aborted) return false;

  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  const { processes, ports, folders } = traces.counts;
  const gone = [counted(processes, "process"), counted(ports, "port"), counted(folders, "folder")].join(", ");
  const check = {
    what: "nothing is left behind",
    held: left.length === 0,
    found: left.join("; ") || `${gone}: all gone`,
  };
  const held = failure === undefined && check.held && reports.every(({ checks }) => checks.every((one) => one.held));
  const report: RehearsalReport = {
    version: 1,
    startedAt: startedAt.toISOString(),
    seconds,
    held,
    machine: { node: process.version, platform: `${process.platform}-${process.arch}`, cores: availableParallelism() },
    settings: { ...settings },
    limits: {
      seconds: limit("run time in seconds", 60, seconds),
      memoryMib: limit("peak memory in MiB", 600, peak ?? null),
    },
    models: [...modelsOf(factor)],
    stages: reports,
    checks: [check],
    ...(failure === undefined ? {} : { failure }),
  };
  await writeFile(reportPath, `${JSON.stringify(report, null, 2)}\n`);
  showSummary(terminal, report, reportPath);
  return held;
}

/** Known before a minute's work and not after it. */
async function checkReportPath(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  await access(folder, constants.W_OK).catch(() => {
    throw new Error(`The report cannot be written to ${path}: ${folder} is no folder that can be written to.`);
  });
}

function limit(what: string, most: number, measured: number | null): Limit {
  return { what, limit: most, measured, kept: measured === null || measured < most };
}
