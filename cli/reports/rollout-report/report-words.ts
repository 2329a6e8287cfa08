import { systemText } from "../../../rollout/gate/system-figures.ts";
import { verdictText } from "../../../rollout/gate/verdict.ts";
import { plainLine } from "../../../rollout/plain-text.ts";
import type { GateFigures } from "../../../rollout/record.ts";
import { dateAndTime, formatDuration, placeOf } from "../../../rollout/time.ts";
import type { HistoryLine } from "../history-lines.ts";
import type { ReportedStep, RolloutReport } from "./rollout-report.ts";
import { eventText } from "./rollout-timeline.ts";

/** One row of the table of steps, as text. */
export interface StepRow {
  readonly step: string;
  readonly from: string;
  readonly stood: string;
  /** `3 of 1200 failed` */
  readonly candidate: string;
  readonly live: string;
  readonly p95: string;
  readonly gate: string;
  readonly exposure: string;
  /** Guide R2. */
  readonly system: string;
  /** Of users, about the candidate; guide R2, C5. */
  readonly feedback: string;
}

/** The headings of {@link StepRow}, in its order. */
export const stepHeadings = [
  "step",
  "from",
  "stood",
  "candidate",
  "live",
  "p95",
  "gate at its end",
  "exposure",
  "database and tasks",
  "feedback",
] as const;

/** The verdict in a sentence, which comes first in every form of the report. */
export function verdictSentence(report: RolloutReport): string {
  const { candidate, end, release, steps, weightPercent } = report;
  const stood = steps.map((step) => `${step.weightPercent} %`).join(", ");
  const told = {
    promoted: `was promoted: ${candidate} is live`,
    "rolled back": "was rolled back",
    returned: "was returned from after its promote",
    "taken back": "was taken back to 0 % by an update",
    "under way": `is under way at ${weightPercent} %`,
  }[end];
  return `Release ${release} ${told}. It stood at ${stood || "no step"}.`;
}

/** What failed of the candidate in all, as far as it was counted. */
export function failedSentence({ steps, candidate, refusedLooks }: RolloutReport): string {
  const counted = steps.flatMap((step) => step.counted ?? []);
  const sum = (of: (one: (typeof counted)[number]) => number) => counted.reduce((total, one) => total + of(one), 0);
  const looks = refusedLooks.length === 1 ? "once" : `${refusedLooks.length} times`;
  const refused = refusedLooks.length === 0 ? "The gate refused no look." : `The gate refused ${looks}.`;
  if (counted.length === 0) return `Nobody counted its requests by the minute. ${refused}`;
  const [requests, errors] = [sum((one) => one.candidate.requests), sum((one) => one.candidate.errors)];
  return `At most ${errors} of ${requests} counted public requests to ${candidate} failed. ${refused}`;
}

export function stepRow(step: ReportedStep, timeZone: string): StepRow {
  const { weightPercent, from, stoodSeconds, counted, gate, system } = step;
  const countsOf = (role: "candidate" | "live") => {
    const counts = counted?.[role] ?? gate?.[role];
    return counts === undefined ? "not counted" : `${counts.errors} of ${counts.requests} failed`;
  };
  const p95Of = (role: "candidate" | "live") => {
    const milliseconds = gate?.[role].p95Milliseconds;
    return milliseconds === undefined ? "-" : `${milliseconds} ms`;
  };
  return {
    step: `${weightPercent} %`,
    from: moment(from, timeZone),
    stood: formatDuration(stoodSeconds),
    candidate: countsOf("candidate"),
    live: countsOf("live"),
    p95: gate === null ? "-" : `${p95Of("candidate")}, live ${p95Of("live")}`,
    gate: gate === null ? "not asked" : verdictText(gate),
    exposure: exposureText(gate),
    system: system === null ? "not read" : systemText(system),
    feedback:
      gate?.feedback === undefined ? "-" : `${gate.feedback.problems} of ${gate.feedback.answers} tell of a problem`,
  };
}

function exposureText(gate: GateFigures | null): string {
  if (gate?.exposure === undefined) return "-";
  return `at worst ${gate.exposure.atWorstRequests} more, ${gate.exposure.budgetRequests} allowed in all`;
}

/** A line of what happened: when, what, and the reason that was given. */
export function lineText(line: HistoryLine, timeZone: string): string {
  const reason = line.override === undefined ? "" : ` Reason: ${plainLine(line.override)}.`;
  const through =
    line.overrode === undefined || line.overrode.length === 0 ? "" : ` It let through: ${line.overrode.join(", ")}.`;
  const frontend = line.frontend === undefined ? "" : ` ${plainLine(line.frontend)}`;
  return `${moment(line.at, timeZone)}: ${plainLine(eventText(line))}.${frontend}${reason}${through}`;
}

/** A time as people of the stage's time zone read it. */
export function moment(at: string, timeZone: string): string {
  const { date, time } = dateAndTime(new Date(at), timeZone);
  return `${date} ${time} (${timeZone === "UTC" ? "UTC" : placeOf(timeZone)})`;
}

/** What no count of requests can show. */
export const notShown = [
  "Failures are counted as the most that there can have been: the load balancer does not say for which colour it answered 502 or 504 itself.",
  "Wrong data, wrong pages and lost mails fail no request. The verify and integrity tasks and people look for those.",
  "Minutes in which the split changed are left out of the counts, and so are requests to the candidate's own host.",
] as const;
