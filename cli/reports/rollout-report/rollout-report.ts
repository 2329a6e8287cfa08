import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { type Colour, otherColour } from "../../../rollout/colour.ts";
import { periodsOf, type StepCounts, sumOfPeriods } from "../../../rollout/gate/step-counts.ts";
import type { SystemFigures } from "../../../rollout/gate/system-figures.ts";
import type { GateFigures } from "../../../rollout/record.ts";
import type { RefusedLook } from "../../evidence/refused-looks.ts";
import { type HistoryLine, shownRelease } from "../history-lines.ts";
import { type ReportTimeline, timelineOfRollout } from "./rollout-timeline.ts";

/** A step of the rollout as it stood. */
export interface ReportedStep {
  /** Per cent of the public traffic that the candidate had. */
  readonly weightPercent: number;
  /** ISO 8601 instant. */
  readonly from: string;
  readonly stoodSeconds: number;
  /** What was counted while it stood; null where nobody counted. Failures are the most that there can have been. */
  readonly counted: Readonly<
    Record<"candidate" | "live", { readonly requests: number; readonly errors: number }>
  > | null;
  /** What the gate was shown at its end; null where none was asked. */
  readonly gate: GateFigures | null;
  /** What database and tasks had to bear (guide R2): as the gate at its end was shown, or now; null where nobody looked. */
  readonly system: SystemFigures | null;
}

/** How a rollout stands or ended. */
type RolloutEnd = "promoted" | "rolled back" | "returned" | "taken back" | "under way";

/** One release's rollout, from its first public traffic on. */
export interface RolloutReport {
  readonly stage: Stage;
  /** As people know it: label, and the digest's first digits. */
  readonly release: string;
  /** Its digest; null where nobody recorded it. */
  readonly image: string | null;
  /** The colour that runs it. */
  readonly candidate: Colour;
  readonly end: RolloutEnd;
  /** Per cent of the public traffic that the release has now. */
  readonly weightPercent: number;
  /** ISO 8601 instants: the first step, and the last thing that happened or was counted. */
  readonly from: string;
  readonly until: string;
  readonly steps: readonly ReportedStep[];
  /** What happened, oldest first. */
  readonly lines: readonly HistoryLine[];
  /** The times that the gate refused, oldest first. */
  readonly refusedLooks: readonly RefusedLook[];
  /** Null where no evidence and no answer of AWS has counts by minute. */
  readonly timeline: ReportTimeline | null;
  /** What could not be read, a sentence each. */
  readonly missing: readonly string[];
}

/** What a report is made from. */
export interface ReportSources {
  readonly stage: Stage;
  /** Oldest first. */
  readonly lines: readonly HistoryLine[];
  /** Counts by step and period, of each evidence and of AWS now, in any order. */
  readonly counted: readonly (readonly StepCounts[])[];
  readonly refusedLooks: readonly RefusedLook[];
  readonly missing: readonly string[];
  /** What database and tasks have had to bear in the step that stands. Absent where none does, and where AWS was not asked. */
  readonly systemNow?: SystemFigures | undefined;
  readonly now: Date;
}

/**
 * Reports the latest rollout: the release that had public traffic last.
 *
 * @returns undefined where no release had any
 */
export function reportRollout(sources: ReportSources): RolloutReport | undefined {
  const { stage, counted, refusedLooks, missing, now } = sources;
  const latest = rolloutsOf(sources.lines).at(-1);
  if (latest === undefined) return undefined;
  const { candidate, end, first, last, lines } = latest;
  const systemNow = end === "under way" ? sources.systemNow : undefined;
  const isOver = last !== sources.lines.at(-1);
  const until = isOver || last.liveColour === candidate ? last.at : now.toISOString();
  const isDuring = (at: string) => Date.parse(at) >= Date.parse(first.at) && Date.parse(at) <= Date.parse(until);
  const steps = latestCounts(counted.filter((one) => one.some(({ from }) => isDuring(from))));
  return {
    stage,
    release: shownRelease(first.images?.[candidate] ?? null, first.labels?.[candidate]),
    image: first.images?.[candidate] ?? null,
    candidate,
    end,
    weightPercent: last.liveColour === candidate ? 100 - last.weightPercent : last.weightPercent,
    from: first.at,
    until,
    steps: reportedSteps({ lines, counts: steps, candidate, systemNow }),
    lines,
    refusedLooks: refusedLooks.filter(({ at }) => isDuring(at)),
    timeline: steps.length === 0 ? null : timelineOfRollout({ steps, lines, candidate, from: first.at }),
    missing,
  };
}

/** One release's rollout in a history. */
export interface RolloutInHistory {
  readonly candidate: Colour;
  readonly end: RolloutEnd;
  readonly first: HistoryLine;
  readonly last: HistoryLine;
  /** From the first step of public traffic on, oldest first. */
  readonly lines: readonly HistoryLine[];
}

/** The rollouts that a history tells of, oldest first. */
export function rolloutsOf(history: readonly HistoryLine[]): readonly RolloutInHistory[] {
  return history.flatMap((first, index) => {
    if (!isFirstStep(history[index - 1], first)) return [];
    const candidate = otherColour(first.liveColour);
    const lines = untilNextRelease(history.slice(index), candidate);
    return [{ candidate, end: endOf(lines, candidate), first, last: lines.at(-1) ?? first, lines }];
  });
}

/** Whether a line gave a candidate its first public traffic. */
function isFirstStep(before: HistoryLine | undefined, { event, liveColour, weightPercent }: HistoryLine): boolean {
  if (event !== "advanced" || weightPercent === 0) return false;
  return before === undefined || before.weightPercent === 0 || before.liveColour !== liveColour;
}

/** The lines until the rollout's colour gets another release, or a new candidate is staged beside it. */
function untilNextRelease(lines: readonly HistoryLine[], candidate: Colour): readonly HistoryLine[] {
  const ofRollout = new Set(Object.values(lines[0]?.images ?? {}));
  const next = lines.findIndex(
    ({ images, liveColour, weightPercent, event }, index) =>
      index > 0 &&
      (Object.values(images ?? {}).some((image) => image !== null && !ofRollout.has(image)) ||
        // The colour that was live before becomes the candidate again: a rollout of its own.
        (event === "advanced" && liveColour === candidate && weightPercent > 0)),
  );
  return next === -1 ? lines : lines.slice(0, next);
}

function endOf(lines: readonly HistoryLine[], candidate: Colour): RolloutEnd {
  const last = lines.at(-1);
  const decided = lines.findLast(({ event }) => ["promoted", "rolled back", "returned"].includes(event));
  if (last?.liveColour === candidate) return "promoted";
  if (last !== undefined && last.weightPercent > 0) return "under way";
  if (decided?.event === "returned") return "returned";
  return decided?.event === "rolled back" ? "rolled back" : "taken back";
}

/** The counts that reach furthest: each look counts all steps of its release so far. */
function latestCounts(counted: readonly (readonly StepCounts[])[]): readonly StepCounts[] {
  const endsAt = (steps: readonly StepCounts[]) => Date.parse(steps.at(-1)?.until ?? "1970-01-01T00:00:00Z");
  return counted.toSorted((one, other) => endsAt(one) - endsAt(other)).at(-1) ?? [];
}

function reportedSteps({
  lines,
  counts,
  candidate,
  systemNow,
}: Pick<RolloutInHistory, "lines" | "candidate"> & {
  readonly counts: readonly StepCounts[];
  readonly systemNow: SystemFigures | undefined;
}): readonly ReportedStep[] {
  const standing = lines.findLast(({ stoodSeconds }) => stoodSeconds !== undefined);
  return lines.flatMap((line, index): ReportedStep[] => {
    const { at, liveColour, weightPercent, stoodSeconds } = line;
    if (stoodSeconds === undefined || weightPercent === 0 || liveColour === candidate) return [];
    const end = Date.parse(at) + stoodSeconds * 1000;
    const own = counts.filter(({ from }) => Date.parse(from) >= Date.parse(at) && Date.parse(from) < end);
    const next = lines.slice(index + 1).find(({ gate }) => gate !== undefined);
    const gate = next?.gate !== undefined && Date.parse(next.at) <= end + 1000 ? next.gate : null;
    return [
      {
        weightPercent,
        from: at,
        stoodSeconds,
        counted: own.length === 0 ? null : { candidate: sumOf(own, "candidate"), live: sumOf(own, "live") },
        gate,
        system: gate?.system ?? (line === standing ? systemNow : undefined) ?? null,
      },
    ];
  });
}

function sumOf(steps: readonly StepCounts[], role: "candidate" | "live") {
  return sumOfPeriods(steps.flatMap((step) => periodsOf(step).map((period) => period[role])));
}
