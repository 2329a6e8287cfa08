import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Boundary, periodsMinutes } from "../../../rollout/rollback-test/boundaries.ts";
import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import { guideSchedule } from "../../support/rollout.ts";

/*
 * A second simulation of what a step does to the public, which shares no code with the first: request by request, at the
 * moment at which each arrives, with every window and every period that goes on added up anew each minute. It takes the
 * numbers of the planned definitions, and nothing else.
 */

const { steps } = guideSchedule;
const { boundaries, windows, minimumFailingMinutes } = planRollbackTest({
  objectivePercent: 0.5,
  errorRatePercent: 1,
  minimumFailingMinutes: 3,
  steps,
});

/** Minutes from the end of the minute that decides until the traffic has moved. */
const delayMinutes = 3;

/** Mulberry32, another generator than the first simulation's. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Minute {
  candidate: number;
  failed: number;
  live: number;
}

/** Each request of some minutes, one after the other. */
function arrivals(minutes: number, perMinute: number, weight: number, rate: number, random: () => number): Minute[] {
  const found = Array.from({ length: minutes }, () => ({ candidate: 0, failed: 0, live: 0 }));
  const wait = () => -Math.log(1 - random()) / perMinute;
  for (let at = wait(); at < minutes; at += wait()) {
    const minute = found[Math.floor(at)] as Minute;
    if (random() >= weight) minute.live += 1;
    else {
      minute.candidate += 1;
      if (random() < rate) minute.failed += 1;
    }
  }
  return found;
}

type Counts = Pick<Minute, "candidate" | "failed">;

function sumOf(minutes: readonly Counts[]): Counts {
  const sum = { candidate: 0, failed: 0 };
  for (const { candidate, failed } of minutes) {
    sum.candidate += candidate;
    sum.failed += failed;
  }
  return sum;
}

/** Minutes by periods of so many, the last of which may be going on. */
function periodsOf(minutes: readonly Counts[], length: number): readonly Counts[] {
  return Array.from({ length: Math.ceil(minutes.length / length) }, (_, period) =>
    sumOf(minutes.slice(period * length, (period + 1) * length)),
  );
}

/** One boundary of the check. It adds up the periods that are over; the one that goes on is added up anew each minute. */
class BoundaryOfBake {
  readonly periodMinutes: number;
  readonly #boundary: Boundary;
  #failing = 0;
  /** The scores by each null, of the periods that are over. */
  readonly #scores: readonly { sinceFirst: number; sinceAny: number }[];

  constructor(boundary: Boundary) {
    this.#boundary = boundary;
    this.periodMinutes = boundary.periodMinutes;
    this.#scores = boundary.nulls.map(() => ({ sinceFirst: 0, sinceAny: 0 }));
  }

  end(period: Counts): void {
    this.#failing += this.#isFailing(period);
    for (const [index, scores] of this.#scores.entries()) {
      const score = this.#score(index, period);
      scores.sinceFirst += score;
      scores.sinceAny = Math.max(0, scores.sinceAny) + score;
    }
  }

  /** Whether it is reached in a period that goes on. Live fails nothing. */
  isReached(period: Counts, live: number): boolean {
    if (this.#failing + this.#isFailing(period) < minimumFailingMinutes) return false;
    const { nulls, liveMargin } = this.#boundary;
    const { threshold = Number.POSITIVE_INFINITY, changeThreshold = Number.POSITIVE_INFINITY } = this.#boundary;
    return this.#scores.some(({ sinceFirst, sinceAny }, index) => {
      if (100 * Math.max(0, liveMargin) > (nulls[index]?.ratePercent ?? 0) * live) return false;
      const score = this.#score(index, period);
      return sinceFirst + score >= threshold || Math.max(0, sinceAny) + score >= changeThreshold;
    });
  }

  #isFailing({ candidate, failed }: Counts): number {
    const { failingShare, leastRequests } = this.#boundary;
    return failed > failingShare * candidate && candidate >= leastRequests ? 1 : 0;
  }

  #score(index: number, period: Counts): number {
    const { nulls, requestsPerPeriod } = this.#boundary;
    const { perFailure, perRequest } = nulls[index] as Boundary["nulls"][number];
    return perFailure * this.#isFailing(period) - perRequest * Math.min(period.candidate, requestsPerPeriod);
  }
}

/** The longest period and the longest window, minutes. */
const [longestPeriod, longestWindow] = [
  Math.max(...periodsMinutes),
  Math.max(...windows.map(({ minutes }) => minutes)),
];
/** With fewer failing minutes than this no window goes off. */
const leastFailing = Math.min(...windows.map(({ failingPeriods }) => failingPeriods));

/** Whether an alarm goes off at the end of a minute of the step. Live fails nothing. */
function alarms(step: readonly Minute[], minute: number): boolean {
  const from = longestPeriod * Math.max(0, Math.floor((minute - longestWindow) / longestPeriod));
  const last = step.slice(from, minute + 1);
  if (last.filter(({ failed }) => failed > 0).length < leastFailing) return false;
  const byLength = new Map(periodsMinutes.map((length) => [length, periodsOf(last, length)]));
  return windows.some(({ minutes, periodMinutes, failingPeriods, failingShare, leastRequests, mostRequests }) => {
    const failing = (byLength.get(periodMinutes) ?? [])
      .slice(-minutes / periodMinutes)
      .filter(({ candidate, failed }) => failed > failingShare * candidate && candidate >= leastRequests);
    if (failing.length < failingPeriods) return false;
    return mostRequests === undefined || sumOf(last.slice(-minutes)).candidate <= mostRequests;
  });
}

/** Bakes of a step in which the candidate fails at a rate, after steps in which it never did. */
function simulate(perHour: number, index: number, rate: number, bakes: number) {
  const random = generator(1000 * perHour + 10 * index + Math.round(rate * 1e6));
  const perMinute = perHour / 60;
  let takenBack = 0;
  let failedRequests = 0;
  for (let bake = 0; bake < bakes; bake++) {
    const before = steps
      .slice(0, index)
      .flatMap(({ weightPercent, bakeSeconds }) =>
        arrivals(bakeSeconds / 60, perMinute, weightPercent / 100, 0, random),
      );
    const step = steps[index] as (typeof steps)[number];
    const minutes = arrivals(step.bakeSeconds / 60 + delayMinutes, perMinute, step.weightPercent / 100, rate, random);
    const check = Map.groupBy(
      boundaries.map((boundary) => new BoundaryOfBake(boundary)),
      ({ periodMinutes }) => periodMinutes,
    );
    for (const [length, ofLength] of check) {
      for (const period of periodsOf(before, length)) for (const boundary of ofLength) boundary.end(period);
    }
    let live = before.reduce((sum, one) => sum + one.live, 0);
    let end = step.bakeSeconds / 60;
    for (let minute = 0; minute < end; minute++) {
      live += minutes[minute]?.live ?? 0;
      let isReached = false;
      for (const [length, ofLength] of check) {
        const begins = length * Math.floor(minute / length);
        const period = sumOf(minutes.slice(begins, minute + 1));
        for (const boundary of ofLength) {
          isReached ||= boundary.isReached(period, live);
          if (minute + 1 === begins + length) boundary.end(period);
        }
      }
      if (!isReached && !alarms(minutes, minute)) continue;
      takenBack += 1;
      end = minute + 1 + delayMinutes;
      break;
    }
    failedRequests += minutes.slice(0, end).reduce((sum, { failed }) => sum + failed, 0);
  }
  return { rolledBack: takenBack / bakes, failedRequests: failedRequests / bakes };
}

const [heading = "", ...lines] = readFileSync(new URL("../../../docs/simulation/harm.csv", import.meta.url), "utf8")
  .trim()
  .split("\n");
const names = heading.split(",");
const rows = lines.map((line) => {
  const values = line.split(",");
  return Object.fromEntries(names.map((name, index) => [name, Number(values[index])])) as Record<string, number>;
});

describe("the table of harm", () => {
  it("has every step at 40, 300 and 3,000 requests an hour, and every rate", () => {
    expect(rows).toHaveLength(3 * 4 * 7);
  });

  it.each([
    [40, 0, 100, 4000],
    [40, 0, 50, 2000],
    [40, 1, 10, 1500],
    [40, 1, 20, 1000],
    [300, 0, 5, 4000],
    [300, 0, 10, 4000],
    [300, 0, 20, 4000],
    [300, 1, 2, 800],
    [300, 1, 10, 1500],
    [300, 1, 100, 1500],
    [300, 2, 5, 400],
    [300, 2, 100, 1000],
  ])(
    "agrees at %d requests an hour, step %d and %d % with a simulation of each request",
    (perHour, index, percent, bakes) => {
      const step = steps[index];
      const row = rows.find(
        (one) =>
          one["requestsPerHour"] === perHour &&
          one["weightPercent"] === step?.weightPercent &&
          one["candidatePercent"] === percent,
      );
      const found = simulate(perHour, index, percent / 100, bakes);
      const share = row?.["rolledBack"] ?? 0;
      // Two points, and what so few bakes may miss in one of ten thousand samples.
      const chance = 3.9 * Math.sqrt((share * (1 - share)) / bakes);
      expect(Math.abs(found.rolledBack - share)).toBeLessThanOrEqual(0.02 + chance);
      const mean = row?.["failedRequests"] ?? 0;
      expect(Math.abs(found.failedRequests - mean)).toBeLessThanOrEqual(
        0.03 * mean + 3.9 * Math.sqrt((2 * mean) / bakes),
      );
    },
  );
});
