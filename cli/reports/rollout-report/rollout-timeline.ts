import { type Colour, otherColour } from "../../../rollout/colour.ts";
import { type Period, periodsOf, type StepCounts } from "../../../rollout/gate/step-counts.ts";
import { weightsByColour } from "../../../rollout/split.ts";
import type { HistoryLine } from "../history-lines.ts";

/** What was counted in one stretch of a rollout's time. */
interface TimelineBin {
  /** Requests that each colour answered, failed ones included. */
  readonly answered: Readonly<Record<Colour, number>>;
  /** Of those, the ones with 5xx. */
  readonly failed: Readonly<Record<Colour, number>>;
  /** What the load balancer answered itself, for whichever colour. */
  readonly unanswered: number;
  /** Per cent of each colour's answers that took longer than `slowerThanSeconds`; null without an answer. */
  readonly slowPercent: Readonly<Record<Colour, number | null>>;
}

/** A rollout's requests and moves over its time. */
export interface ReportTimeline {
  /** ISO 8601 instant of the first step. */
  readonly from: string;
  readonly binMinutes: number;
  /** From `from` on. Minutes in which nobody counted are empty: those in which the split changed, and times at weight 0. */
  readonly bins: readonly TimelineBin[];
  /** Answers above it count as slow. */
  readonly slowerThanSeconds: number;
  readonly events: readonly {
    /** Minutes after `from`. */
    readonly minute: number;
    readonly text: string;
    /** Per cent of the public traffic that green had from then on. */
    readonly greenPercent: number;
  }[];
}

/** More bins than this make a chart no clearer. */
const mostBins = 240;
const binMinutes = [1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440];
const minuteMilliseconds = 60_000;

/** Puts the counts of all steps into bins of whole minutes, beside what happened. */
export function timelineOfRollout({
  steps,
  lines,
  candidate,
  from,
}: {
  readonly steps: readonly StepCounts[];
  readonly lines: readonly HistoryLine[];
  readonly candidate: Colour;
  readonly from: string;
}): ReportTimeline {
  const start = Date.parse(from);
  const minuteOf = (at: number) => (at - start) / minuteMilliseconds;
  const periods = steps.flatMap((step) =>
    periodsOf(step).map((period, index) => ({
      minute: minuteOf(Date.parse(step.from) + index * step.periodSeconds * 1000),
      period,
    })),
  );
  const events = lines.map((line) => ({
    minute: minuteOf(Date.parse(line.at)),
    text: eventText(line),
    greenPercent: weightsByColour(line.liveColour, line.weightPercent).green,
  }));
  const longest = Math.max(...steps.map(({ periodSeconds }) => periodSeconds / 60));
  const end = Math.max(...periods.map(({ minute }) => minute + longest), ...events.map(({ minute }) => minute));
  const size = binMinutes.find((minutes) => minutes >= longest && end / minutes <= mostBins) ?? 1440;
  const bins = Array.from({ length: Math.max(1, Math.ceil(end / size)) }, (): Period[] => []);
  for (const { minute, period } of periods) bins[Math.floor(minute / size)]?.push(period);
  return {
    from,
    binMinutes: size,
    bins: bins.map((bin) => countBin(bin, candidate)),
    slowerThanSeconds: steps[0]?.slowerThanSeconds[0] ?? 0,
    events,
  };
}

function countBin(periods: readonly Period[], candidate: Colour): TimelineBin {
  const sum = (role: "candidate" | "live", of: (period: Period["live"]) => number) =>
    periods.reduce((total, period) => total + of(period[role]), 0);
  const byColour = <Value>(value: (role: "candidate" | "live") => Value) =>
    ({ [candidate]: value("candidate"), [otherColour(candidate)]: value("live") }) as Record<Colour, Value>;
  return {
    answered: byColour((role) => sum(role, ({ answered }) => answered)),
    failed: byColour((role) => sum(role, ({ failed }) => failed)),
    unanswered: periods.reduce(
      (total, { candidate: one, live }) => total + Math.max(one.byBalancer, live.byBalancer),
      0,
    ),
    slowPercent: byColour((role) => {
      const answered = sum(role, (one) => one.answered);
      return answered === 0 ? null : (100 * sum(role, ({ slow }) => slow[0] ?? 0)) / answered;
    }),
  };
}

/** A line of the history in a few words: `advanced to 25 %`, `rolled back by the alarm …`. */
export function eventText({ event, weightPercent, liveColour, cause }: HistoryLine): string {
  const who = cause === undefined ? "" : cause.kind === "alarm" ? `, by the alarm ${cause.who}` : `, ${cause.who}`;
  if (event === "promoted" || event === "returned") return `${event}: ${liveColour} is live${who}`;
  return event === "advanced" || event === "lowered" ? `${event} to ${weightPercent} %${who}` : `${event}${who}`;
}
