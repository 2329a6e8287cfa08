import { describe, expect, it } from "vitest";
import {
  type CheckMemory,
  judgeExposure,
  memoryAfter,
  memoryOf,
  noMemory,
  toCost,
} from "../../../rollout/gate/exposure.ts";
import { type StepCounts, stepCounts } from "../../../rollout/gate/step-counts.ts";
import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import { worstCost } from "../../../rollout/simulation/step-cost.ts";
import { evenStep } from "../../support/even-step.ts";
import { guideSchedule } from "../../support/rollout.ts";

const { steps } = guideSchedule;
const [at5, at25, , at100] = steps;
if (at5 === undefined || at25 === undefined || at100 === undefined) throw new Error("no steps");
const rollbackTest = { objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3, steps };

describe("what the next step costs at worst", () => {
  const planned = () => planRollbackTest(rollbackTest);
  /** As many requests as in the four hours of the guide's step, in one, so that it is computed sooner. */
  const hour = { weightPercent: 25, bakeSeconds: 3600 };
  const costOf = (memory: CheckMemory, highestRate: number) =>
    worstCost(toCost({ step: hour, requestsPerHour: 1200, rollbackTest: planned(), memory }), highestRate)
      .failedRequests95;
  const seen = (requests: number): CheckMemory => ({
    requestsByBoundary: planned().boundaries.map(() => requests),
    liveRequests: 1000,
    liveFailures: 2,
  });

  it("is less where less is left open", () => {
    expect(costOf(seen(300), 0.005)).toBeLessThan(costOf(seen(300), 0.02));
  });

  it("is more where the check has more that went well to make up for", () => {
    expect(costOf(seen(3000), 0.05)).toBeGreaterThan(costOf(seen(30), 0.05));
  });

  it("is more where live fails so often that the check tells only worse releases from it", () => {
    const failing = { ...seen(300), liveFailures: 15 };
    const costAt25 = (memory: CheckMemory) =>
      worstCost(toCost({ step: at25, requestsPerHour: 300, rollbackTest: planned(), memory }), 0.05).failedRequests95;
    expect(costAt25(failing)).toBeGreaterThan(costAt25(seen(300)));
  });

  it("is at the schedule's last step more than any budget for a release that nobody knows", () => {
    const last = toCost({ step: at100, requestsPerHour: 300, rollbackTest: planned(), memory: noMemory });
    expect(worstCost(last, 1, 93).failedRequests95).toBeGreaterThan(93);
  });

  it("is the same for the same question", () => {
    const question = {
      exposure: { nextStep: hour, requestsPerHour: 1200, budgetRequests: 93, rollbackTest },
      counts: { requests: 30, errors: 0 },
      steps: [evenStep({ candidate: { requests: 30 }, live: { requests: 570 } })],
      confidence: 0.95,
    };
    expect(judgeExposure(question)).toEqual(judgeExposure(question));
  });
});

describe("what the check remembers", () => {
  /** Boundaries that count at most so many requests of so many minutes. */
  const limited = () => {
    const planned = planRollbackTest(rollbackTest);
    const [boundary] = planned.boundaries;
    if (boundary === undefined) throw new Error("no boundaries");
    const of = (requestsPerPeriod: number, periodMinutes: 1 | 5) => ({ ...boundary, requestsPerPeriod, periodMinutes });
    return { ...planned, boundaries: [of(2, 5), of(0.1, 1), of(1000, 5)] };
  };

  it("is, after steps without a failure, each boundary's share of the candidate's requests and all of live's", () => {
    // 300 an hour: 30 for the candidate in 2 h at 5 %, 300 in 4 h at 25 %; 570 and 900 for live.
    expect(memoryAfter([at5, at25], 300, limited(), 0.01)).toEqual({
      // At most 2 of each five minutes: 48 of the first step's 30, and 96 of the second's 300. Then 0.1 of each minute.
      requestsByBoundary: [30 + 96, 12 + 24, 330].map((requests) => expect.closeTo(requests, 9)),
      liveRequests: expect.closeTo(1470, 9),
      liveFailures: expect.closeTo(14.7, 9),
    });
    expect(noMemory).toEqual({ requestsByBoundary: [], liveRequests: 0, liveFailures: 0 });
    expect(memoryAfter([], 300, limited(), 0.01)).toEqual({
      requestsByBoundary: [0, 0, 0],
      liveRequests: 0,
      liveFailures: 0,
    });
  });

  it("is, of counted steps, at most what each boundary takes of a period", () => {
    // A request of the candidate in each minute of 10 and none in the next 10; live has 6 failures in 200.
    const busy = evenStep({ minutes: 10, candidate: { requests: 10 }, live: { requests: 100, errors: 6 } });
    const silent = evenStep({
      from: "2026-11-23T14:00:00.000Z",
      minutes: 10,
      candidate: { requests: 0 },
      live: { requests: 100 },
    });
    expect(memoryOf(limited(), [busy, silent])).toEqual({
      requestsByBoundary: [2 * 2, expect.closeTo(10 * 0.1, 9), 10],
      liveRequests: 200,
      liveFailures: 6,
    });
  });

  /** A step in which the candidate had so many requests in each period, and live none. */
  const counted = (from: string, periodMinutes: number, ...requests: readonly number[]) => {
    const of = (count: number) => ({
      requests: count,
      answered: count,
      failed: 0,
      refused: 0,
      slow: [],
      byBalancer: 0,
    });
    return stepCounts(
      {
        weightPercent: 5,
        from,
        until: new Date(Date.parse(from) + requests.length * periodMinutes * 60_000).toISOString(),
        periodSeconds: periodMinutes * 60,
        slowerThanSeconds: [],
      },
      { candidate: requests.map(of), live: requests.map(() => of(0)) },
    );
  };
  const requestsOf = (...of: readonly StepCounts[]) => memoryOf(limited(), of).requestsByBoundary;

  it("begins its periods by the clock, and not with the step", () => {
    // Of five minutes the boundary takes 2: minutes 3 and 4 are in one period, 5 and 6 in the next.
    expect(requestsOf(counted("2026-11-23T12:03:00.000Z", 1, 2, 2, 2, 2))).toEqual([4, expect.closeTo(0.4, 9), 8]);
    expect(requestsOf(counted("2026-11-23T12:05:00.000Z", 1, 2, 2, 2, 2))).toEqual([2, expect.closeTo(0.4, 9), 8]);
    expect(requestsOf(counted("2026-11-23T12:05:00.000Z", 1, 1, 0, 0, 0, 0, 1))).toEqual([
      2,
      expect.closeTo(0.2, 9),
      2,
    ]);
  });

  it("takes of a longer period what as many of its own would take", () => {
    // Five of a minute take at most 0.5, and one of five minutes 2.
    expect(requestsOf(counted("2026-11-23T12:00:00.000Z", 5, 4, 0, 1))).toEqual([3, expect.closeTo(1, 9), 5]);
    // Seven minutes touch two periods of five, as do the seven after them.
    expect(requestsOf(counted("2026-11-23T12:00:00.000Z", 7, 3, 3))).toEqual([4, expect.closeTo(1.4, 9), 6]);
    // Ten minutes hold two periods of five.
    expect(requestsOf(counted("2026-11-23T12:00:00.000Z", 10, 5, 3))).toEqual([7, expect.closeTo(2, 9), 8]);
  });

  it("makes a failing candidate wait longer for its return, the more went well before", () => {
    const planned = planRollbackTest(rollbackTest);
    const failing = {
      candidateRequests: 2,
      candidateTaskFailures: 1,
      candidateUnanswered: 0,
      liveRequests: 100,
      liveTaskFailures: 0,
      liveUnanswered: 0,
      byBalancer: 0,
    };
    /** Minutes in which half of two requests fail, until the check returns the traffic; the alarms are left out. */
    const minutesUntil = (memory: CheckMemory) => {
      const request = { step: at25, requestsPerHour: 300, rollbackTest: { ...planned, windows: [] }, memory };
      const watch = toCost(request).startWatch();
      return Array.from({ length: 2000 }, (_, minute) => minute).find((minute) => watch.add({ ...failing, minute }));
    };
    const seen = (requests: number, liveFailures = 0): CheckMemory => ({
      requestsByBoundary: planned.boundaries.map(() => requests),
      liveRequests: 10_000,
      liveFailures,
    });
    const [fresh, some, much] = [noMemory, seen(100), seen(300)].map((memory) => minutesUntil(memory) ?? 2000);
    expect(fresh).toBeLessThan(some ?? 0);
    expect(some).toBeLessThan(much ?? 0);
    // Where live failed as often as 4 % before, only a worse release is told from it.
    expect(minutesUntil(seen(100, 400)) ?? 2000).toBeGreaterThanOrEqual(some ?? 0);
  });

  it.each([
    [0, 0, 0],
    [1000, 10, 0.01],
    [1000, 0, 0],
  ])("has live go on failing as it did: of %i requests %i", (liveRequests, liveFailures, rate) => {
    const memory = { requestsByBoundary: [], liveRequests, liveFailures };
    const cost = toCost({ step: at25, requestsPerHour: 300, rollbackTest: planRollbackTest(rollbackTest), memory });
    expect(cost.liveFailureRate).toBe(rate);
  });
});
