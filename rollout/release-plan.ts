import { Temporal } from "temporal-polyfill";
import { nextInOfficeHours, type OfficeHours } from "./office-hours.ts";
import { freezeWindowAt, type Schedule } from "./schedule.ts";
import { addSeconds, formatDuration, secondsBetween } from "./time.ts";

/** Days of the guide's plan (TL). */
export const guideDays = 14;

/** The day on which the guide's rollout begins (TL: days 10 and 11). */
const rolloutDay = 10;

/** The day on whose end all traffic is with the candidate (TL). */
const fullTrafficDay = 11;

/** What a release is planned from. */
export interface ReleasePlanInput {
  /** Day 1, `2026-11-30`. */
  readonly start: string;
  /** IANA name of the zone that people read times in. */
  readonly timeZone: string;
  readonly officeHours: OfficeHours;
  readonly schedule: Schedule;
  /**
   * Seconds after which the gate probably passes each step, by its weight, where that is known. Absent for a step that does not
   * pass within 7 days.
   */
  readonly secondsToPass?: Readonly<Record<number, number | undefined>> | undefined;
}

/** Whether a text is a day of the calendar, written as ISO 8601 has it: `2026-11-30`. */
export function isPlanStart(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** One move of the rollout, and when. */
export interface PlannedMove {
  readonly kind: "step" | "promote" | "retire";
  /** Per cent; of a step. */
  readonly weightPercent: number;
  readonly at: Date;
  /** Day of the plan, 1 for the first. */
  readonly day: number;
  /** What it waits for beyond the move before and its bake, a phrase each. */
  readonly waitsFor: readonly string[];
}

/** A release in days. */
export interface ReleasePlan {
  readonly moves: readonly PlannedMove[];
  /** Where it does not fit into the guide's two weeks, a sentence each. */
  readonly misfits: readonly string[];
}

/**
 * Plans a rollout's moves: each as soon as its bake is over, people are at work, no freeze window holds, and, where it is known,
 * the gate probably passes.
 *
 * @throws {RangeError} for a start that is no date
 */
export function planRelease(input: ReleasePlanInput): ReleasePlan {
  const { schedule, timeZone, secondsToPass } = input;
  const dayOne = Temporal.PlainDate.from(input.start);
  const begin = dayOne.add({ days: rolloutDay - 1 }).toZonedDateTime({ timeZone, plainTime: input.officeHours.from });
  const moves: PlannedMove[] = [];
  const add = (kind: PlannedMove["kind"], weightPercent: number, earliest: Date, because: readonly string[]) => {
    const { at, waitsFor } = settle(input, earliest, kind);
    moves.push({ kind, weightPercent, at, day: dayOf(at, dayOne, timeZone), waitsFor: [...because, ...waitsFor] });
    return at;
  };
  let earliest = new Date(begin.epochMilliseconds);
  let because: readonly string[] = [];
  for (const { weightPercent, bakeSeconds } of schedule.steps) {
    const at = add("step", weightPercent, earliest, because);
    const toPass = secondsToPass?.[weightPercent] ?? bakeSeconds;
    earliest = addSeconds(at, Math.max(bakeSeconds, toPass));
    because = toPass > bakeSeconds ? [`requests, for ${formatDuration(toPass - bakeSeconds)}`] : [];
  }
  const promoted = add("promote", 100, earliest, because);
  add("retire", 0, addSeconds(promoted, schedule.rollbackWindowSeconds), []);
  return { moves, misfits: misfitsOf(input, moves) };
}

/**
 * The first moment that people, and for a rise the freeze windows, allow.
 *
 * @throws {RangeError} where the freeze windows leave none
 */
function settle({ officeHours, timeZone, schedule }: ReleasePlanInput, earliest: Date, kind: PlannedMove["kind"]) {
  const waitsFor = new Set<string>();
  let at = earliest;
  for (let round = 0; round < mostFreezeWindows; round += 1) {
    const open = nextInOfficeHours(officeHours, timeZone, at);
    if (open > at) waitsFor.add("office hours");
    const freeze = kind === "step" ? freezeWindowAt(schedule, open) : undefined;
    if (freeze === undefined) return { at: open, waitsFor: [...waitsFor] };
    waitsFor.add(`the freeze window (${freeze.reason})`);
    at = new Date(freeze.until);
  }
  throw new RangeError("The freeze windows leave no moment for a step within the office hours.");
}

/** Windows one after another in which no step is found: then there is no moment for one. */
const mostFreezeWindows = 1000;

function dayOf(at: Date, dayOne: Temporal.PlainDate, timeZone: string): number {
  const date = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  return dayOne.until(date).days + 1;
}

function misfitsOf({ schedule, secondsToPass }: ReleasePlanInput, moves: readonly PlannedMove[]): string[] {
  const full = moves.filter(
    ({ kind, weightPercent, day }) => kind === "step" && weightPercent === 100 && day > fullTrafficDay,
  );
  const late = moves.filter(({ kind, day }) => kind !== "step" && day > guideDays);
  // The moves begin with the schedule's steps.
  const atLimit = schedule.steps.flatMap(({ weightPercent, limitSeconds = Number.POSITIVE_INFINITY }, index) => {
    const [own, next] = moves.slice(index);
    const reached = own !== undefined && next !== undefined && secondsBetween(own.at, next.at) >= limitSeconds;
    return reached ? [{ weightPercent, limitSeconds }] : [];
  });
  const unpassed = schedule.steps.filter(
    ({ weightPercent }) => secondsToPass !== undefined && secondsToPass[weightPercent] === undefined,
  );
  return [
    ...unpassed.map(
      ({ weightPercent }) =>
        `The ${weightPercent} % step probably does not pass within 7 days with this traffic: the plan counts its bake alone.`,
    ),
    ...atLimit.map(
      ({ weightPercent, limitSeconds }) =>
        `The ${weightPercent} % step reaches its limit of ${formatDuration(limitSeconds)} before the next move.`,
    ),
    ...full.map(({ day }) => `100 % begins on day ${day}; the guide has it by day ${fullTrafficDay}.`),
    ...late.map(({ kind, day }) => `${kind} is on day ${day}, after the guide's ${guideDays} days.`),
  ];
}

/** A change of the plan, and what then still does not fit. */
export interface Alternative {
  /** What to change, as a phrase with the key. */
  readonly change: string;
  readonly misfits: readonly string[];
}

/** Rollback windows that are tried, hours. */
const shorterWindowsHours = [36, 24, 12] as const;

/**
 * Changes that make a plan fit better, the smallest first: another day to start, a shorter rollback window, or both. Each was planned.
 *
 * @returns at most three, those that fit wholly first; none for a plan that fits
 */
export function alternativesFor(input: ReleasePlanInput): readonly Alternative[] {
  const { misfits } = planRelease(input);
  const starts = [0, 1, 2, 3, 4, 5, 6].map((days) => Temporal.PlainDate.from(input.start).add({ days }).toString());
  const windows = [
    input.schedule.rollbackWindowSeconds,
    ...shorterWindowsHours
      .map((hours) => hours * 3600)
      .filter((seconds) => seconds < input.schedule.rollbackWindowSeconds),
  ];
  const tried = windows.flatMap((rollbackWindowSeconds) =>
    starts.map((start) => {
      const schedule = { ...input.schedule, rollbackWindowSeconds };
      const changes = [
        ...(start === input.start ? [] : [`start on ${start}`]),
        ...(rollbackWindowSeconds === input.schedule.rollbackWindowSeconds
          ? []
          : [`set rollout.rollbackWindow to ${rollbackWindowSeconds / 3600}h`]),
      ];
      return { changes, misfits: planRelease({ ...input, start, schedule }).misfits };
    }),
  );
  return tried
    .filter((one) => one.misfits.length < misfits.length)
    .toSorted((one, other) => one.misfits.length - other.misfits.length || one.changes.length - other.changes.length)
    .slice(0, 3)
    .map((one) => ({ change: one.changes.join(" and "), misfits: one.misfits }));
}
