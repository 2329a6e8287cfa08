import { availableParallelism } from "node:os";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { differencesFromAws } from "../local/differences.ts";
import { isTooSlow } from "../local/run/machine-control.ts";
import type { RehearsalReport, ScenarioReport, StageReport } from "../report/report-schema.ts";
import { showSummary } from "../report/show-summary.ts";
import { checkReportFiles, type ReportFiles, writeReport } from "../report/write-report.ts";
import { beginRun, limitOf } from "./begin-run.ts";
import { rehearseStage } from "./rehearse-stage.ts";
import type { WalkSettings } from "./stage-world.ts";

/** What to rehearse. */
export interface RehearsalOptions extends ReportFiles {
  /** Folder with the stack files. */
  readonly projectFolder: string;
  readonly stages: readonly Stage[];
  readonly settings: WalkSettings;
}

/**
 * Rehearses stages one after the other, ends everything that it started, and writes the report.
 *
 * @returns whether all checks held; `not judged` where some did not on a machine that was too slow
 * @throws {Error} when the report could not be written, before anything is started
 */
export async function runRehearsal(options: RehearsalOptions): Promise<ScenarioReport["result"]> {
  const { projectFolder, stages, settings } = options;
  const startedAt = new Date();
  await checkReportFiles(options);
  const run = await beginRun();
  const { aborted, keeper, terminal } = run.shared;
  await keeper.slownessSince(startedAt.getTime());

  terminal.line(
    `Rehearsing ${stages.join(" and ")} with seed ${settings.seed}. Health checks, draining and alarms run ${settings.timeFactor} times faster than planned.`,
  );
  const reports: StageReport[] = [];
  let failure: string | undefined;
  try {
    const world = { ...run.shared, projectFolder, settings };
    for (const stage of stages) reports.push(await rehearseStage(stage, world));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const { delayMilliseconds, workFactor } = await keeper.slownessSince(startedAt.getTime());
  const { peakMib, nothingLeft } = await run.end();
  if (aborted.aborted) return "not held";

  const seconds = (Date.now() - startedAt.getTime()) / 1000;
  const held =
    failure === undefined && nothingLeft.held && reports.every(({ checks }) => checks.every((one) => one.held));
  const report: RehearsalReport = {
    version: 1,
    startedAt: startedAt.toISOString(),
    seconds,
    held,
    machine: {
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      cores: availableParallelism(),
      slowestControlMilliseconds: delayMilliseconds,
      slowestWorkFactor: workFactor,
    },
    settings,
    limits: {
      seconds: limitOf("run time in seconds", 60, seconds),
      memoryMib: limitOf("peak memory in MiB", 600, peakMib),
    },
    models: modelsOf(settings.timeFactor),
    stages: reports,
    checks: [nothingLeft],
    failure,
  };
  await writeReport(report, options);
  showSummary(terminal, report, options);
  if (held) return "held";
  return isTooSlow(report) ? "not judged" : "not held";
}

/**
 * What was only a model of the real thing, or was not rehearsed. Every report has it, so that nobody takes a rehearsal for
 * more than it is.
 */
function modelsOf(timeFactor: number): readonly string[] {
  return [
    "The load balancer is a model of an Application Load Balancer. It has the planned hosts, weights, health checks, draining and fail-open. It has no TLS, zones, firewall or AWS API.",
    `Health check intervals and deregistration delays pass ${timeFactor} times faster than planned. Timeouts are as planned.`,
    "Bakes pass on a virtual clock, so nothing shows what two hours of real traffic would show.",
    "The gate is asked before each step and promote, on this run's requests, health and alarms. Where a step of seconds has too few requests for a verdict, a written reason is given, as a person can. The alarms of shared parts are not shown to it.",
    "Where the stack file has a weight, the past is assumed: the step before it, with its bake over.",
    "The stack file's freeze windows are left out, so that a rehearsal can run on any day. One window is tried as an illegal move.",
    "The API is a small sample with one process for each colour. The plan has several tasks.",
    "PostgreSQL is real and local, without replicas or TLS, and does not wait for the disk (fsync is off). Its administrator has the rights that RDS gives. The roles log in with a password made for the run, because IAM authentication exists only on RDS. The role rds_iam is granted and has no effect.",
    "A random generator chooses the target group of each request. A split that is off by a fifth is found in nine runs of ten, and a choice by a tenth. --seed repeats the draws of a run.",
    `The planned metric math, thresholds and composite alarms of each colour are evaluated on the load's requests, ${timeFactor} times faster: a window of 5 min takes ${300 / timeFactor} s, and a minute between two evaluations takes ${60 / timeFactor} s. CloudWatch's own delay in collecting metrics is left out. No run lasts long enough for the alarm on an hour without traffic.`,
    "The check asks for the failures since the candidate's first request, and is told of none: bakes pass on a virtual clock, so the hours of good requests that it would count too are not there. Its planned queries are fired by computed metrics, as the alarms are.",
    "The planned event rule, its targets and the planned state machine run on local stand-ins for a few AWS actions. Each action is allowed only where the machine's planned role allows it. Intervals between retries pass faster as well. Mails that alarms send by themselves are left out.",
    "Where a step has a limit at which traffic goes back, it passes on a clock that is turned by the hour, with one check and one evaluation in each hour. CloudWatch evaluates such an alarm at full hours only.",
    "Every alarm is fired by computed metrics, as AWS's documents say that they are published. CloudWatch's delay is left out, and its percentiles are taken by the nearest rank.",
    ...differencesFromAws,
    "DNS, the CDN, mail and the frontend are planned and judged by the policies. They are not run.",
  ];
}
