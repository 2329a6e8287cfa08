import { type Column, renderTable } from "../../cli/terminal.ts";
import { isTooSlow } from "../local/run/machine-control.ts";
import { splitConfidenceText } from "../local/split.ts";
import type { Check, MoveReport, RehearsalReport, RollbackReport, StageReport } from "./report-schema.ts";
import { duration, mark, percent, type Terminal } from "./terminal.ts";
import type { ReportFiles } from "./write-report.ts";

/** Shows the end of a rehearsal: what was measured of each stage, the limits of the rehearsal, and whether all checks held. */
export function showSummary(terminal: Terminal, report: RehearsalReport, written: ReportFiles): void {
  for (const stage of report.stages) showStage(terminal, stage);

  terminal.line();
  terminal.line("What this rehearsal does not show:");
  for (const model of report.models) terminal.line(terminal.paint("dim", `  - ${model}`), 4);

  terminal.line();
  for (const { what, measured, limit, kept } of Object.values(report.limits)) {
    const found = measured === null ? "not measured, because there is no /proc" : String(Math.round(measured));
    terminal.line(`${kept ? " " : terminal.paint("yellow", "!")} ${what}: ${found} (limit ${limit})`, 2);
  }
  for (const { what, held, found } of report.checks) terminal.line(`${mark(terminal, held)} ${what}: ${found}`, 2);
  if (report.failure !== undefined) terminal.line(terminal.paint("red", `The run stopped early: ${report.failure}`));
  terminal.line();
  const checks = [...report.stages.flatMap((stage) => stage.checks), ...report.checks];
  const failed = checks.filter(({ held }) => !held).length;
  if (isTooSlow(report)) terminal.line(terminal.paint("yellow", tooSlowText(report)), 2);
  const verdict = report.held
    ? terminal.paint(["bold", "green"], `All ${checks.length} checks held.`)
    : terminal.paint(["bold", "red"], notHeld(failed, checks));
  terminal.line(`${verdict} Report: ${written.pagePath}; everything measured: ${written.reportPath}`);
}

/** What did not hold may be no fault. */
function tooSlowText({ machine }: RehearsalReport): string {
  const late = duration(machine.slowestControlMilliseconds ?? 0);
  const factor = (machine.slowestWorkFactor ?? 1).toFixed(1);
  return `The machine was too slow to judge what did not hold: work that has nothing to do with this run came up to ${late} late, and took up to ${factor} times as long as on an idle machine. Run it again when the machine is idle. The exit code is 3.`;
}

/** A run that stopped early fails, whatever its checks found. */
function notHeld(failed: number, checks: readonly Check[]): string {
  return failed === 0 ? "The rehearsal did not finish." : `${failed} of ${checks.length} checks did not hold.`;
}

const columns: readonly Column[] = [
  { heading: "move" },
  { heading: "changes", figures: true },
  { heading: "planned", figures: true },
  { heading: "served", figures: true },
  { heading: `${splitConfidenceText} interval`, figures: true },
  { heading: "lost", figures: true },
  { heading: "p95", figures: true },
  { heading: "held" },
];

function showStage(terminal: Terminal, report: StageReport): void {
  const { stage, moves, rollback, rows, requests, refusals } = report;
  terminal.line();
  terminal.line(terminal.paint("bold", stage));
  const shown = [...moves, rollbackRow(rollback)].map((move) => tableRow(terminal, move));
  for (const line of renderTable(columns, shown)) terminal.line(line);

  const refused = refusals.filter(({ held }) => held).length;
  const lost = requests.lost - requests.failedByFault;
  terminal.line(
    `${refused} of ${refusals.length} illegal moves were refused. The planned alarm fired ${duration(rollback.alarm.milliseconds)} after the candidate began to fail, and ${duration(rollback.lastCandidateAnswerMilliseconds)} later the candidate had no traffic. ` +
      `${requests.sent} requests were sent: ${requests.failedByFault} failed by the fault, and ${lost} were lost otherwise. ${leftOutText(requests.leftOut)}` +
      `${rows.acknowledged} rows were acknowledged, and ${rows.lost} of them were lost.`,
  );
}

function leftOutText(leftOut = 0): string {
  return leftOut === 0 ? "" : `${leftOut} more were due, and left out because they could not be sent within 2 s. `;
}

type Row = Pick<MoveReport, "name" | "changes" | "split" | "lost" | "latencyMilliseconds" | "checks">;

function rollbackRow(rollback: RollbackReport): Row {
  return { ...rollback, changes: rollback.agreed.changes, name: "rolled back", lost: rollback.lostAfter };
}

function tableRow(terminal: Terminal, { name, changes, split, lost, latencyMilliseconds, checks }: Row): string[] {
  const held = checks.every((check) => check.held);
  return [
    name,
    String(changes.length),
    percent(split.plannedPercent),
    percent(split.servedPercent),
    `${percent(split.intervalPercent.lower)} to ${percent(split.intervalPercent.upper)}`,
    String(lost),
    duration(latencyMilliseconds.p95),
    mark(terminal, held),
  ];
}
