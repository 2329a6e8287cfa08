import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { periodsMinutes } from "../../../rollout/rollback-test/boundaries.ts";
import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import { guideSchedule } from "../../support/rollout.ts";

/*
 * A second simulation of what a step does to the public, which shares no code with the first: request by request, at the
 * moment at which each arrives, and with every minute's sums and windows added up anew from what happened. It takes the
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

/** The candidate's minutes by periods of so many, the last of which may be going on. */
function periodsOf(minutes: readonly Minute[], length: number): readonly Pick<Minute, "candidate" | "failed">[] {
  return Array.from({ length: Math.ceil(minutes.length / length) }, (_, period) =>
    minutes
      .slice(period * length, (period + 1) * length)
      .reduce((sum, { candidate, failed }) => ({ candidate: sum.candidate + candidate, failed: sum.failed + failed }), {
        candidate: 0,
        failed: 0,
      }),
  );
}

/** Whether the planned definitions take the traffic back at the end of the last minute. Live fails nothing. */
function takesBack(all: readonly Minute[], inStep: number): boolean {
  const live = all.reduce((sum, minute) => sum + minute.live, 0);
  const byLength = new Map(periodsMinutes.map((length) => [length, periodsOf(all, length)]));
  const check = boundaries.some((boundary) => {
    const { failingShare, leastRequests, requestsPerPeriod, nulls, liveMargin } = boundary;
    const counted = (byLength.get(boundary.periodMinutes) ?? []).map(({ candidate, failed }) => ({
      failing: failed > failingShare * candidate && candidate >= leastRequests ? 1 : 0,
      requests: Math.min(candidate, requestsPerPeriod),
    }));
    if (counted.filter(({ failing }) => failing > 0).length < minimumFailingMinutes) return false;
    return nulls.some(({ ratePercent, perFailure, perRequest }) => {
      if (100 * Math.max(0, liveMargin) > ratePercent * live) return false;
      let [sinceFirst, sinceAny] = [0, 0];
      for (const { failing, requests } of counted) {
        const score = perFailure * failing - perRequest * requests;
        sinceFirst += score;
        sinceAny = Math.max(0, sinceAny) + score;
      }
      const { threshold = Number.POSITIVE_INFINITY, changeThreshold = Number.POSITIVE_INFINITY } = boundary;
      return sinceFirst >= threshold || sinceAny >= changeThreshold;
    });
  });
  if (check) return true;
  return windows.some(({ minutes, periodMinutes, failingPeriods, failingShare, leastRequests, mostRequests }) => {
    const periods = byLength.get(periodMinutes) ?? [];
    const stepBegins = Math.floor((all.length - inStep) / periodMinutes);
    const failing = periods
      .slice(Math.max(stepBegins, periods.length - minutes / periodMinutes))
      .filter(({ candidate, failed }) => failed > failingShare * candidate && candidate >= leastRequests);
    const requests = all.slice(-Math.min(minutes, inStep)).reduce((sum, { candidate }) => sum + candidate, 0);
    return failing.length >= failingPeriods && (mostRequests === undefined || requests <= mostRequests);
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
    let end = step.bakeSeconds / 60;
    for (let minute = 0; minute < end; minute++) {
      // Windows may also go off where requests leave them, which only a failure before makes possible.
      if (minutes.slice(Math.max(0, minute - 60), minute + 1).every(({ failed }) => failed === 0)) continue;
      const stepMinutes = minutes.slice(0, minute + 1);
      if (!takesBack([...before, ...stepMinutes], stepMinutes.length)) continue;
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
