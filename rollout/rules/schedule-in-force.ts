import { otherColour } from "../colour.ts";
import { leastBudgetRequests } from "../exposure-budget.ts";
import { type Move, moveKind, type Refusal } from "../move.ts";
import { reasonFor } from "../override.ts";
import {
  bakeSecondsAt,
  bakeTextAt,
  isScheduled,
  limitSecondsAt,
  type ScheduleInForce,
  type Step,
} from "../schedule.ts";
import { type Clock, formatDuration, formatInstant } from "../time.ts";
import { coversWeekly, weeklyWindowText } from "../weekly-freeze.ts";

/**
 * The schedule is fixed when the weight leaves 0, and released when it returns there. Until then it gets stricter at once, and
 * laxer only for a written reason: otherwise one edit could shorten a bake and take the step that it kept back.
 */
export function laxerSchedule(move: Move): Refusal | undefined {
  const { previous, wanted, schedule } = move;
  const inForce = previous?.schedule;
  if (previous === null || inForce === undefined || previous.weightPercent === 0) return undefined;
  if (wanted.weightPercent === 0 && moveKind(move) !== "promote") return undefined;
  const changes = laxerParts(inForce, schedule, move);
  if (changes.length === 0) return undefined;
  const candidate = otherColour(previous.liveColour);
  return {
    rule: "schedule",
    message: `You made the schedule laxer while ${candidate} has ${previous.weightPercent} %: ${changes.join("; ")}. The schedule of a rollout that has begun only gets stricter. Put it back, or ${reasonFor("schedule")}. At candidateWeight 0 you can change it freely.`,
    allowance: "schedule",
  };
}

/**
 * What a schedule allows that the one in force does not: a shorter bake, a step that is gone, a limit that is longer or gone,
 * limits that no longer return the traffic, more failed requests that a step may cost, and a freeze window, or a part of one, that is gone and not over yet. Clauses:
 * `the bake of 5 % went from 2 h to 20 min`.
 *
 * Steps below the standing weight count too. The weight can be lowered to them, and then they are to be taken again.
 */
export function laxerParts(inForce: ScheduleInForce, next: ScheduleInForce, clock: Clock): readonly string[] {
  return [
    ...inForce.steps.flatMap((step) => {
      if (!isScheduled(next, step.weightPercent)) return [`the step ${step.weightPercent} % is gone`];
      return [...shorterBake(step, next), ...laxerLimit(step, next)];
    }),
    ...(inForce.onLimit === "rollback" && next.onLimit !== "rollback" && hasLimits(inForce)
      ? ["rollout.onLimit went from rollback to notify"]
      : []),
    ...largerBudget(inForce, next),
    ...inForce.freezeWindows.flatMap(({ from, until, reason }) => {
      const begin = Math.max(Date.parse(from), clock.now.getTime());
      const end = Date.parse(until);
      // A window that is over is covered by what is over.
      if (isFrozen(next, begin, end)) return [];
      return [`the freeze window until ${formatInstant(new Date(end), clock)} (${reason}) is gone or shorter`];
    }),
    ...(inForce.weeklyFreezeWindows ?? []).flatMap((window) =>
      next.weeklyFreezeWindows?.some((one) => coversWeekly(one, window)) === true
        ? []
        : [`the freeze window ${weeklyWindowText(window)} is gone or shorter`],
    ),
  ];
}

function shorterBake({ weightPercent, bakeSeconds }: Step, next: ScheduleInForce): readonly string[] {
  if (bakeSecondsAt(next, weightPercent) >= bakeSeconds) return [];
  const after = bakeTextAt(next, weightPercent);
  return [`the bake of ${weightPercent} % went from ${formatDuration(bakeSeconds)} to ${after}`];
}

function laxerLimit({ weightPercent, limitSeconds }: Step, next: ScheduleInForce): readonly string[] {
  if (limitSeconds === undefined) return [];
  const after = limitSecondsAt(next, weightPercent);
  if (after === undefined) return [`the limit of ${weightPercent} %, ${formatDuration(limitSeconds)}, is gone`];
  if (after <= limitSeconds) return [];
  return [`the limit of ${weightPercent} % went from ${formatDuration(limitSeconds)} to ${formatDuration(after)}`];
}

/** The default depends on the traffic and is never less than {@link leastBudgetRequests}. */
function largerBudget(inForce: ScheduleInForce, next: ScheduleInForce): readonly string[] {
  const { mostFailedRequests: before } = inForce;
  const { mostFailedRequests: after } = next;
  if (before === after || (after !== undefined && after <= (before ?? leastBudgetRequests))) return [];
  return [`exposure.failedRequests went from ${before ?? "its default"} to ${after ?? "its default"}`];
}

function hasLimits({ steps }: ScheduleInForce): boolean {
  return steps.some(({ limitSeconds }) => limitSeconds !== undefined);
}

/** Whether freeze windows cover the whole time from one moment to another, milliseconds since 1970. */
function isFrozen({ freezeWindows }: ScheduleInForce, begin: number, end: number): boolean {
  const covered = freezeWindows
    .map(({ from, until }) => ({ from: Date.parse(from), until: Date.parse(until) }))
    .toSorted((one, other) => one.from - other.from)
    .reduce((reached, { from, until }) => (from <= reached ? Math.max(reached, until) : reached), begin);
  return covered >= end;
}
