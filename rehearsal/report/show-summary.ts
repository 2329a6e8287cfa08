import { type Column, renderTable } from "../../cli/terminal.ts";
import type { Check, MoveReport, RehearsalReport, StageReport } from "./report-schema.ts";
import type { RollbackReport } from "./rollback-schema.ts";
import { mark } from "./show-progress.ts";
import type { Terminal } from "./terminal.ts";
import { duration, percent } from "./wording.ts";

const columns: readonly Column[] = [
  { heading: "stage" },
  { heading: "move" },
  { heading: "changed", figures: true },
  { heading: "planned", figures: true },
  { heading: "served", figures: true },
  { heading: "99.9 % interval", figures: true },
  { heading: "lost", figures: true },
  { heading: "mean", figures: true },
  { heading: "p95", figures: true },
  { heading: "plan", figures: true },
  { heading: "held" },
];

/** Ends a rehearsal: the table of everything measured, what was a model, and whether it held. */
export function showSummary(terminal: Terminal, report: RehearsalReport, reportPath: string): void {
  if (report.stages.length > 0) {
    terminal.line();
    const rows = report.stages.flatMap(({ stage, moves, rollback }) => [
      ...moves.map((move) => moveRow(terminal, stage, move)),
      moveRow(terminal, stage, rollbackRow(rollback)),
    ]);
    for (const line of renderTable(columns, rows)) terminal.line(line);
    for (const stage of report.stages) showStage(terminal, stage);
  }

  terminal.line();
  terminal.line("What this was not:");
  for (const model of report.models) terminal.line(terminal.paint("dim", `  - ${model}`));

  const failed = allChecks(report).filter(({ held }) => !held);
  terminal.line();
  for (const { what, measured, limit, kept } of Object.values(report.limits)) {
    const of = measured === null ? "not measured: there is no /proc" : `${Math.round(measured)} of at most ${limit}`;
    terminal.line(`${kept ? " " : terminal.paint("yellow", "!")} ${what}: ${of}`);
  }
  for (const { what, held, found } of report.checks) terminal.line(`${mark(terminal, held)} ${what}: ${found}`);
  if (report.failure !== undefined) terminal.line(terminal.paint("red", `The run ended early: ${report.failure}`));
  terminal.line();
  const verdict = report.held
    ? terminal.paint(["bold", "green"], `Everything held: ${allChecks(report).length} checks.`)
    : terminal.paint(
        ["bold", "red"],
        `Not everything held: ${failed.length} of ${allChecks(report).length} checks did not.`,
      );
  terminal.line(`${verdict} Measured in full: ${reportPath}`);
}

type Row = Pick<
  MoveReport,
  "name" | "changes" | "split" | "lost" | "requests" | "latencyMilliseconds" | "planMilliseconds" | "checks"
>;

function rollbackRow(rollback: RollbackReport): Row {
  const { agreed, lostAfter, split } = rollback;
  return { ...rollback, ...agreed, name: "rolled back", lost: lostAfter, requests: split.answers };
}

function moveRow(terminal: Terminal, stage: string, move: Row): readonly string[] {
  const { split, latencyMilliseconds: latency } = move;
  return [
    stage,
    move.name,
    String(move.changes.length),
    percent(split.plannedPercent),
    percent(split.servedPercent),
    `${percent(split.intervalPercent.lower)} to ${percent(split.intervalPercent.upper)}`,
    `${move.lost} of ${move.requests}`,
    duration(latency.mean),
    duration(latency.p95),
    duration(move.planMilliseconds),
    mark(
      terminal,
      move.checks.every(({ held }) => held),
    ),
  ];
}

function showStage(terminal: Terminal, { stage, rollback, rows, requests, refusals }: StageReport): void {
  const refused = refusals.filter(({ held }) => held).length;
  const noticed = duration(rollback.alarm.milliseconds);
  const back = duration(rollback.lastCandidateAnswerMilliseconds);
  terminal.line();
  terminal.line(
    `${stage}: ${refused} of ${refusals.length} illegal moves refused; failing candidate noticed by its planned alarm after ${noticed} and taken out of traffic by the planned machine ${back} later; ` +
      `${requests.sent} requests, ${requests.failedByFault} failed by the fault, ${requests.lost - requests.failedByFault} lost otherwise; ` +
      `${rows.acknowledged} rows acknowledged, ${rows.lost} lost.`,
  );
}

function allChecks({ stages, checks }: RehearsalReport): readonly Check[] {
  return [...stages.flatMap((stage) => stage.checks), ...checks];
}
