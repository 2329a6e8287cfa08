import { rollbackCommand } from "../../infra/messages.ts";
import { driftedSplit } from "../../rollout/move.ts";
import type { Stage } from "../../rollout/names.ts";
import { limitSecondsAt, type OnLimit } from "../../rollout/schedule.ts";
import { addSeconds, type Clock, formatDuration, formatInstant, secondsBetween } from "../../rollout/time.ts";
import type { Standing } from "../snapshot.ts";

/** The limit of the step that stands. */
export interface StandingLimit {
  readonly weightPercent: number;
  /** How long the step may stay. */
  readonly seconds: number;
  /** ISO 8601 instant at which it has stayed as long. */
  readonly reachedAt: string;
  /** Until then; 0 where the limit is reached. */
  readonly secondsLeft: number;
  readonly onLimit: OnLimit;
}

/**
 * The limit that the standing step has by the schedule in force, counted from the record. Null where none limits it, and where
 * the public is served otherwise than the record says: the step does not stand there.
 */
export function standingLimit({
  record,
  schedule,
  split,
  takenAt,
}: Pick<Standing, "record" | "schedule" | "split" | "takenAt">): StandingLimit | null {
  const inForce = record.schedule ?? schedule;
  const { weightPercent, since } = record;
  const seconds = limitSecondsAt(inForce, weightPercent);
  if (seconds === undefined || driftedSplit({ previous: record, realWeights: split }) !== undefined) return null;
  const reachedAt = addSeconds(new Date(since), seconds);
  const secondsLeft = Math.max(0, secondsBetween(takenAt, reachedAt));
  return {
    weightPercent,
    seconds,
    reachedAt: reachedAt.toISOString(),
    secondsLeft,
    onLimit: inForce.onLimit ?? "notify",
  };
}

/** Of a limit that is reached: what was to be decided, and what happens meanwhile. */
export function reachedLimitLines(limit: StandingLimit | null, stage: Stage, clock: Clock): readonly string[] {
  if (limit === null || limit.secondsLeft > 0) return [];
  const { weightPercent, seconds, reachedAt, onLimit } = limit;
  const at = formatInstant(new Date(reachedAt), clock);
  const what = `LIMIT REACHED: the ${weightPercent} % step was to stay ${formatDuration(seconds)} at most, until ${at}.`;
  return onLimit === "notify"
    ? [`${what} Decide now: go on, or roll back. Nothing moves by itself.`]
    : [
        `${what} The rollback's machine returns the traffic. CloudWatch looks once an hour, so this may take two hours; after that do it yourself:`,
        `    ${rollbackCommand(stage)}`,
      ];
}

/** Of a limit that is still to come: when, and what happens then. */
export function comingLimitLines(limit: StandingLimit | null, clock: Clock): readonly string[] {
  if (limit === null || limit.secondsLeft === 0) return [];
  const { seconds, reachedAt, onLimit } = limit;
  const then = onLimit === "notify" ? "people are told" : "the traffic goes back by itself";
  return [`The step may stay ${formatDuration(seconds)}: at ${formatInstant(new Date(reachedAt), clock)} ${then}.`];
}
