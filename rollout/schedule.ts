import { type Colour, otherColour } from "./colour.ts";
import type { RolloutRecord } from "./record.ts";
import { formatDuration } from "./time.ts";
import { type WeeklyFreezeWindow, weeklyWindowAt } from "./weekly-freeze.ts";

/** One entry of the schedule. */
export interface Step {
  /** Per cent of public traffic for the candidate. */
  readonly weightPercent: number;
  /** How long the step is watched before the next may be taken. */
  readonly bakeSeconds: number;
  /** The bake as the stack file has it, such as `2h`. Absent in a record. */
  readonly bakeText?: string | undefined;
  /**
   * How long the step may stay before somebody has to decide: whole hours, more than the bake, at most
   * {@link longestLimitSeconds}. Default: as long as nobody decides.
   */
  readonly limitSeconds?: number | undefined;
}

/**
 * The longest limit of a step. An alarm of CloudWatch looks back no further.
 *
 * @see CloudWatch API Reference, "PutMetricAlarm", Period
 */
export const longestLimitSeconds = 7 * 86_400;

/** What happens at a step's limit: people are told, or the rollback's machine returns the traffic as well. */
export type OnLimit = "notify" | "rollback";

/** A time in which no weight may rise. */
export interface FreezeWindow {
  /** ISO 8601 instant, included. */
  readonly from: string;
  /** ISO 8601 instant, excluded. */
  readonly until: string;
  readonly reason: string;
}

/** How a stage rolls out: the steps in rising order, the last of weight 100 (guide R1). */
export interface Schedule {
  readonly steps: readonly Step[];
  /** What happens where a step reaches its limit. Default `notify`. */
  readonly onLimit?: OnLimit | undefined;
  /**
   * How many of the candidate's public requests may fail in the whole rollout, at worst, for a step to pass by exposure; 0
   * where none passes by it. Default: see `exposureBudget`.
   */
  readonly mostFailedRequests?: number | undefined;
  /** How long after promote the old colour stays warm and may become live again at once. */
  readonly rollbackWindowSeconds: number;
  readonly freezeWindows: readonly FreezeWindow[];
  /** Windows that come again each week. Default none. */
  readonly weeklyFreezeWindows?: readonly WeeklyFreezeWindow[] | undefined;
}

/** What of a schedule is fixed while a rollout goes on. */
export type ScheduleInForce = Pick<
  Schedule,
  "steps" | "onLimit" | "mostFailedRequests" | "freezeWindows" | "weeklyFreezeWindows"
>;

/** A window that holds, and the config's key that it stands under. */
interface StandingFreeze extends FreezeWindow {
  readonly key: string;
}

/** The window that no weight may rise in at `now`, if there is one. */
export function freezeWindowAt(schedule: ScheduleInForce, now: Date): StandingFreeze | undefined {
  const { freezeWindows, weeklyFreezeWindows = [] } = schedule;
  const single = freezeWindows.find(({ from, until }) => new Date(from) <= now && now < new Date(until));
  if (single !== undefined) return { ...single, key: "rollout.freezeWindows" };
  for (const weekly of weeklyFreezeWindows) {
    const window = weeklyWindowAt(weekly, now);
    if (window !== undefined) return { ...window, key: "rollout.weeklyFreezeWindows" };
  }
  return undefined;
}

/** The step after `weightPercent`, or undefined at 100. */
export function stepAfter(schedule: Schedule, weightPercent: number): Step | undefined {
  return schedule.steps.find((step) => step.weightPercent > weightPercent);
}

/**
 * How long the weight bakes: nothing at 0. A weight that an edited schedule no longer names bakes as long as the first
 * step above it, which watched more traffic.
 */
export function bakeSecondsAt(schedule: ScheduleInForce, weightPercent: number): number {
  if (weightPercent === 0) return 0;
  return schedule.steps.find((step) => step.weightPercent >= weightPercent)?.bakeSeconds ?? 0;
}

/**
 * The bake of the weight in words, and where the stack file has it: `2h (rollout.steps[0].bake)`. Where the file's own text is
 * not known, as in a record, it is `2 h`.
 */
export function bakeTextAt(schedule: ScheduleInForce, weightPercent: number): string {
  const index = schedule.steps.findIndex((step) => step.weightPercent >= weightPercent);
  const step = schedule.steps[index];
  if (step?.bakeText === undefined || weightPercent === 0)
    return formatDuration(bakeSecondsAt(schedule, weightPercent));
  return `${step.bakeText} (rollout.steps[${index}].bake)`;
}

/** How long the weight may stay before somebody has to decide; undefined where nothing limits it. */
export function limitSecondsAt({ steps }: Pick<Schedule, "steps">, weightPercent: number): number | undefined {
  return steps.find((step) => step.weightPercent === weightPercent)?.limitSeconds;
}

/** Whether the schedule names this weight; 0 is always named. */
export function isScheduled(schedule: ScheduleInForce, weightPercent: number): boolean {
  return weightPercent === 0 || schedule.steps.some((step) => step.weightPercent === weightPercent);
}

/** What comes after the standing step: the schedule's next one, or from 100 % the promote. */
export type NextMove =
  | { readonly kind: "step"; readonly step: Step; readonly nextWeightPercent: number }
  | { readonly kind: "promote"; readonly liveColour: Colour; readonly nextWeightPercent: 100 };

/** The move that `record` waits for. A weight between two steps goes on to the next one above it. */
export function nextMove(record: RolloutRecord, schedule: Schedule): NextMove {
  const step = stepAfter(schedule, record.weightPercent);
  return step === undefined
    ? { kind: "promote", liveColour: otherColour(record.liveColour), nextWeightPercent: 100 }
    : { kind: "step", step, nextWeightPercent: step.weightPercent };
}
