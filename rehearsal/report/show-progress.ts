import { isIndicator } from "../../rollout/names.ts";
import { formatDuration } from "../../rollout/time.ts";
import { splitConfidenceText } from "../local/split.ts";
import {
  type Check,
  type FitnessReport,
  gateCheckName,
  type MoveReport,
  type ReachedLimitReport,
  type RefusalReport,
  type RollbackReport,
  type StageReport,
} from "./report-schema.ts";
import { calledActions, counted, duration, mark, percent, type Terminal } from "./terminal.ts";

/** Shows each part of a stage's rehearsal when it is done. */
export interface Progress {
  plan(plan: StageReport["plan"]): void;
  fitness(fitness: FitnessReport): void;
  database(database: StageReport["database"]): void;
  move(move: MoveReport): void;
  refusals(refusals: readonly RefusalReport[]): void;
  rollback(rollback: RollbackReport): void;
  reachedLimit(reached: ReachedLimitReport): void;
  end(report: StageReport): void;
}

const labelColumns = 15;
/** Where the text begins, after the mark and the label. */
const textColumn = labelColumns + 5;

/** Shows it on a terminal. Below each part stand the checks that did not hold. */
export function showProgress(terminal: Terminal): Progress {
  const part = (label: string, held: boolean, text: string) =>
    terminal.line(`  ${mark(terminal, held)} ${label.padEnd(labelColumns)} ${text}`, textColumn);
  const below = (text: string) => terminal.line(`${" ".repeat(textColumn)}${text}`, textColumn);
  const failed = (checks: readonly Check[]) => {
    for (const { what, found } of checks.filter(({ held }) => !held)) below(terminal.paint("red", `${what}: ${found}`));
  };

  return {
    plan({ resources, components, byProvider, findings, milliseconds }) {
      const providers = Object.entries(byProvider).map(([name, count]) => `${name} ${count}`);
      const policies = findings.length === 0 ? "no policy violation" : counted(findings.length, "policy violation");
      const planned = `${counted(resources, "resource")} in ${counted(components, "component")}`;
      part("plan", findings.length === 0, `${planned}, ${policies}, planned in ${duration(milliseconds)}`);
      below(terminal.paint("dim", providers.join(", ")));
      for (const { policy, message } of findings) below(terminal.paint("red", `${policy}: ${message}`));
    },
    fitness({ checks }) {
      const [fires, silent] = checks;
      part("alarms", allHeld(checks), `${fires?.found ?? ""}; ${silent?.found ?? ""}`);
      failed(checks);
    },
    database({ resources, statements, checks }) {
      const created = `${counted(resources, "planned resource")} created by ${counted(statements, "statement")}`;
      part("database", allHeld(checks), `${created} on a real PostgreSQL; ${heldCount(checks)}`);
      failed(checks);
    },
    move(move) {
      const { split, requests, lost, underWay, latencyMilliseconds, changes } = move;
      const interval = `${percent(split.intervalPercent.lower)} to ${percent(split.intervalPercent.upper)}`;
      const served = `candidate served ${percent(split.servedPercent)} of ${split.answers} answers (${splitConfidenceText}: ${interval})`;
      const losses = `${lost} of ${requests} requests lost, ${underWay} in flight at the change`;
      part(move.name, allHeld(move.checks), `${served}; ${losses}; p95 ${duration(latencyMilliseconds.p95)}`);
      for (const change of changes) below(terminal.paint("dim", describeChange(change)));
      const gate = move.checks.find(({ what, held }) => what === gateCheckName && held);
      if (gate !== undefined) below(terminal.paint("dim", `gate: ${gate.found}`));
      failed(move.checks);
    },
    refusals(refusals) {
      for (const { name, held, message } of refusals) {
        part("refused", held, name);
        below(terminal.paint(held ? "dim" : "red", message.replaceAll("\n", " ")));
      }
    },
    rollback(rollback) {
      const { candidateErrorPercent, checks, failedByFault } = rollback;
      const [heading, ...lines] = describeRollback(rollback);
      part("rollback", allHeld(checks), heading);
      for (const line of lines) below(line);
      const rate = `until the alarm ${percent(candidateErrorPercent)} of the candidate's`;
      below(terminal.paint("dim", `${counted(failedByFault, "request")} failed in all, ${rate}`));
      failed(checks);
    },
    reachedLimit(reached) {
      const { assertions } = reached;
      part("limit", allHeld(assertions), describeReachedLimit(reached));
      failed(assertions);
    },
    end({ rows, requests, seconds, checks }) {
      const lost = requests.lost - requests.failedByFault;
      const written = `${rows.acknowledged} rows acknowledged, ${rows.lost} of them lost`;
      part("rows", rows.lost === 0, `${written}; ${requests.sent} requests sent, ${lost} lost without the fault`);
      part("stage", allHeld(checks), `${heldCount(checks)}, in ${seconds.toFixed(1)} s`);
    },
  };
}

function allHeld(checks: readonly Check[]): boolean {
  return checks.every(({ held }) => held);
}

function heldCount(checks: readonly Check[]): string {
  return `${checks.filter(({ held }) => held).length} of ${counted(checks.length, "check")} held`;
}

/** One changed resource, with the old and the new value of each property. */
function describeChange({ kind, name, properties }: MoveReport["changes"][number]): string {
  const changed = properties.map(({ path, before, after }) => `${path} ${shown(before)} -> ${shown(after)}`);
  return `${kind} ${name}${changed.length === 0 ? "" : `: ${changed.join(", ")}`}`;
}

/** A long value is known by its end, such as an ARN's name or a digest's last digits. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length > 28 ? `…${text.slice(-27)}` : text;
}

/** A reached limit in a line. */
export function describeReachedLimit(reached: ReachedLimitReport): string {
  const { checks, execution, latch, stoodSeconds, weightPercent } = reached;
  const called = execution === null ? "nothing returned the traffic" : `the machine called ${calledActions(execution)}`;
  return `${weightPercent} % stood ${formatDuration(stoodSeconds)} on a turned clock, over ${counted(checks, "check")}; ${called}; latch ${latch.state}, reason ${latch.reason}`;
}

/** A rollback in a few lines: what was noticed, what the machine did, and what held afterwards. The first is a heading. */
export function describeRollback(rollback: RollbackReport): readonly [string, ...string[]] {
  const { agreed, alarm, execution, latch, notices, repeated, undone } = rollback;
  const causes = alarm.firing.filter((name) => !isIndicator(name)).join(", ");
  const told = notices.map(({ subject }) => `"${subject}"`).join(", ") || "none";
  const edit = Object.entries(agreed.edit).map(([key, value]) => `${key} ${value}`);
  return [
    `${rollback.fault}; ${causes} fired after ${duration(alarm.milliseconds)} (${duration(alarm.plannedPaceMilliseconds)} at the planned pace)`,
    `the machine called ${calledActions(execution)}; the candidate's last request ended ${duration(rollback.lastCandidateAnswerMilliseconds)} after the alarm`,
    `latch ${latch.state}, reason ${latch.reason}; notices: ${told}`,
    ...(undone === null
      ? []
      : [
          `an update in flight to ${percent(undone.plannedPercent)} was undone by the check after ${duration(undone.milliseconds)}`,
        ]),
    `the unchanged config was refused, ${edit.join(", ")} was accepted; a second execution called ${calledActions(repeated)}`,
  ];
}
