import type { Check, MoveReport, RefusalReport, StageReport } from "./report-schema.ts";
import type { RollbackReport } from "./rollback-schema.ts";
import { describeRollback } from "./show-rollback.ts";
import type { Terminal } from "./terminal.ts";
import { counted, duration, percent } from "./wording.ts";

const labelWidth = 15;

/** Tells each part of a stage's rehearsal as it is done. */
export interface Progress {
  plan(plan: StageReport["plan"]): void;
  database(database: StageReport["database"]): void;
  move(move: MoveReport): void;
  refusals(refusals: readonly RefusalReport[]): void;
  rollback(rollback: RollbackReport): void;
  end(report: StageReport): void;
}

/** Tells it on a terminal: one line a part, and every check that did not hold below it. */
export function showProgress(terminal: Terminal): Progress {
  const tell = (label: string, held: boolean, text: string) =>
    terminal.line(`  ${mark(terminal, held)} ${label.padEnd(labelWidth)} ${text}`);
  const below = (text: string) => terminal.line(`    ${" ".repeat(labelWidth)} ${text}`);
  const failed = (checks: readonly Check[]) => {
    for (const { what, found } of checks.filter(({ held }) => !held)) below(terminal.paint("red", `${what}: ${found}`));
  };
  const allHeld = (checks: readonly Check[]) => checks.every(({ held }) => held);

  return {
    plan({ resources, components, byProvider, findings, milliseconds }) {
      const providers = Object.entries(byProvider).map(([name, count]) => `${name} ${count}`);
      const policies = findings.length === 0 ? "no policy violated" : counted(findings.length, "policy violation");
      const planned = `${counted(resources, "resource")} in ${counted(components, "component")}`;
      tell("plan", findings.length === 0, `${planned}, ${policies}, in ${duration(milliseconds)}`);
      below(terminal.paint("dim", providers.join(", ")));
      for (const { policy, message } of findings) below(terminal.paint("red", `${policy}: ${message}`));
    },
    database({ resources, statements, checks }) {
      const created = `${counted(resources, "planned resource")} created by ${counted(statements, "statement")}`;
      const held = `${checks.filter((check) => check.held).length} of ${counted(checks.length, "check")} of rights hold`;
      tell("database", allHeld(checks), `${created} on a real PostgreSQL; ${held}`);
      failed(checks);
    },
    move(move) {
      const { split, requests, lost, underWay, latencyMilliseconds, changes } = move;
      const interval = `${percent(split.intervalPercent.lower)} to ${percent(split.intervalPercent.upper)}`;
      const swap = `${underWay} under way at the swap`;
      tell(
        move.name,
        allHeld(move.checks),
        `served ${percent(split.servedPercent)} (${interval}) of ${split.answers}; lost ${lost} of ${requests}, ${swap}; p95 ${duration(latencyMilliseconds.p95)}`,
      );
      for (const change of changes) below(terminal.paint("dim", describeChange(change)));
      failed(move.checks);
    },
    refusals(refusals) {
      for (const { name, held, message } of refusals) {
        tell("refused", held, name);
        below(terminal.paint(held ? "dim" : "red", message.replaceAll("\n", " ")));
      }
    },
    rollback(rollback) {
      const { candidateErrorPercent, checks, failedByFault } = rollback;
      const [heading, ...lines] = describeRollback(rollback);
      tell("rollback", allHeld(checks), heading);
      for (const line of lines) below(line);
      const rate = `${percent(candidateErrorPercent)} of the candidate's until the alarm`;
      below(terminal.paint("dim", `${counted(failedByFault, "request")} failed in all, ${rate}`));
      failed(checks);
    },
    end({ rows, requests, seconds, checks }) {
      const lost = requests.lost - requests.failedByFault;
      const written = `${rows.acknowledged} rows acknowledged, ${rows.lost} lost`;
      tell("rows", rows.lost === 0, `${written}; ${requests.sent} requests, ${lost} lost but for the fault`);
      const held = checks.filter((check) => check.held).length;
      tell("stage", allHeld(checks), `${held} of ${counted(checks.length, "check")} held, in ${seconds.toFixed(1)} s`);
    },
  };
}

/** One line a changed resource: what of it, from what to what. */
function describeChange({ kind, name, properties }: MoveReport["changes"][number]): string {
  const changed = properties.map(({ path, before, after }) => `${path} ${shown(before)} -> ${shown(after)}`);
  return `${kind} ${name}${changed.length === 0 ? "" : `: ${changed.join(", ")}`}`;
}

/** The end of a long value tells it apart: an ARN's name, a digest's last digits. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length > 28 ? `…${text.slice(-27)}` : text;
}

/** A tick or a cross; told by its shape too, for who sees no colours. */
export function mark(terminal: Terminal, held: boolean): string {
  return held ? terminal.paint("green", "✓") : terminal.paint("red", "✗");
}
