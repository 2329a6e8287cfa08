import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import { scheduleOf } from "../../../infra/rollout/wanted.ts";
import { defaultPower, forecastRollout } from "../../../rollout/gate/forecast.ts";
import type { Stage } from "../../../rollout/names.ts";
import {
  type Alternative,
  alternativesFor,
  type PlannedMove,
  planRelease,
  type ReleasePlanInput,
} from "../../../rollout/release-plan.ts";
import { guideTasks } from "./guide-days.ts";

/** An entry of the calendar: some days, or a moment. */
export interface CalendarEntry {
  /** Day of the plan, 1 for the first. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** Absent for whole days. */
  readonly at?: Date;
  readonly title: string;
  readonly who: string;
  readonly commands: readonly string[];
  /** Guide ids, what it waits for, where to read on. */
  readonly notes: readonly string[];
}

/** A release as a calendar, and where it does not fit. */
export interface ReleaseCalendar {
  readonly stage: Stage;
  readonly start: string;
  readonly timeZone: string;
  readonly entries: readonly CalendarEntry[];
  readonly misfits: readonly string[];
  readonly alternatives: readonly Alternative[];
  /** What the times of the steps rest on. */
  readonly basis: string;
}

/** What is asked for. */
export interface CalendarRequest {
  readonly stage: Stage;
  /** Day 1, `2026-11-30`. */
  readonly start: string;
  /** Public requests in an hour; absent where the traffic is not to be counted in. */
  readonly requestsPerHour?: number | undefined;
  /** Per cent of live's requests that fail, and of a good candidate's. Default `objectives.errorRatePercent` (guide C3). */
  readonly liveErrorRatePercent?: number | undefined;
}

/** What a stage's config says of a release that begins on a day. */
export function planInput({ rollout, timeZone }: StageConfig, start: string): ReleasePlanInput {
  return { start, timeZone, officeHours: rollout.officeHours, schedule: scheduleOf(rollout) };
}

/** Plans a release from a stage's config. @throws {RangeError} as `planRelease` */
export function releaseCalendar(config: StageConfig, request: CalendarRequest): ReleaseCalendar {
  const {
    stage,
    start,
    requestsPerHour,
    liveErrorRatePercent = Math.min(100, config.objectives.errorRatePercent),
  } = request;
  const input = {
    ...planInput(config, start),
    ...(requestsPerHour === undefined
      ? {}
      : { secondsToPass: secondsToPass(config, requestsPerHour, liveErrorRatePercent) }),
  };
  const { moves, misfits } = planRelease(input);
  const entries = [...guideTasks.map(ofGuide), ...moves.map((move) => ofMove(stage, move))];
  const { days, from, until } = input.officeHours;
  return {
    stage,
    start,
    timeZone: config.timeZone,
    entries: entries.toSorted(
      (one, other) => one.firstDay - other.firstDay || Number(one.at ?? 0) - Number(other.at ?? 0),
    ),
    misfits,
    alternatives: alternativesFor(input),
    basis: `The steps follow rollout.steps, the freeze windows, and the office hours ${from} to ${until} on ${days.join(", ")}. ${
      requestsPerHour === undefined
        ? "Whether the requests suffice is not counted in: give --requests-per-hour."
        : `At ${requestsPerHour} requests an hour, of which ${liveErrorRatePercent} % fail, each step is counted as long as the gate needs with a probability of ${defaultPower}, asked each hour.`
    }`,
  };
}

function secondsToPass(
  config: StageConfig,
  requestsPerHour: number,
  liveErrorRatePercent: number,
): Readonly<Record<number, number | undefined>> {
  const { steps, mostFailedRequests } = scheduleOf(config.rollout);
  const { objectives, alerts } = config;
  const forecast = forecastRollout({
    steps,
    requestsPerHour,
    liveErrorRatePercent,
    errorRatePercent: alerts.errorRatePercent,
    objectivePercent: objectives.errorRatePercent,
    minimumFailingMinutes: alerts.minimumErrors,
    mostFailedRequests,
  });
  return Object.fromEntries(
    forecast.steps.map(({ weightPercent, askedSecondsToPass, bakeSecondsToPass }) => [
      weightPercent,
      askedSecondsToPass ?? bakeSecondsToPass,
    ]),
  );
}

function ofGuide({
  firstDay,
  lastDay,
  title,
  guide,
  who,
  commands,
  readOn,
}: (typeof guideTasks)[number]): CalendarEntry {
  return { firstDay, lastDay, title, who, commands, notes: [`guide ${guide}`, `runbook: ${readOn}`] };
}

function ofMove(stage: Stage, { kind, weightPercent, at, day, waitsFor }: PlannedMove): CalendarEntry {
  const rollout = (words: string) => `npm run rollout -- ${words} --stage ${stage}`;
  const title = { step: `${weightPercent} % of the traffic`, promote: "Promote", retire: "Retire the old version" }[
    kind
  ];
  const commands =
    kind === "step"
      ? [rollout("check"), rollout("advance")]
      : [...(kind === "promote" ? [rollout("check")] : []), rollout(kind)];
  return {
    firstDay: day,
    lastDay: day,
    at,
    title,
    who: "an engineer, who stays for the first hour",
    commands,
    notes: [
      `guide ${kind === "step" ? "R1, R2" : "R3"}`,
      ...(waitsFor.length === 0 ? [] : [`waits for ${waitsFor.join(" and ")}`]),
    ],
  };
}
