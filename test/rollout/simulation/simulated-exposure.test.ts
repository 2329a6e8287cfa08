import { describe, expect, it } from "vitest";
import { type CheckMemory, toCost } from "../../../rollout/gate/exposure.ts";
import type { Step } from "../../../rollout/schedule.ts";
import {
  coarseRatio,
  roundedDown,
  roundedUp,
  roundingRatio,
  SimulatedGates,
} from "../../../rollout/simulation/simulated-gates.ts";
import { worstCost } from "../../../rollout/simulation/step-cost.ts";
import { highestRateLeftOpen } from "../../../rollout/statistics/rate-below.ts";
import { plan, settings, steps } from "./short-gates.ts";

const [, second, third] = steps as [Step, Step, Step];

describe("the exposure that simulated gates remember", () => {
  const clean = (liveRequests: number, counted: number): CheckMemory => ({
    requestsByBoundary: plan().boundaries.map(({ threshold }) => (threshold === undefined ? 0 : counted)),
    liveRequests,
    liveFailures: 0,
  });

  /** The smallest budget that is enough. */
  function cost(gates: SimulatedGates, step: Step, requests: number, errors: number, memory: CheckMemory): number {
    for (let left = 0; ; left++) if (gates.isWithin(left, step, requests, errors, memory)) return left;
  }

  function costUpTo(highestRate: number, step: Step, memory: CheckMemory): number {
    const { busiestRequestsPerHour, rollbackTest } = settings();
    const requestsPerHour = busiestRequestsPerHour(step.bakeSeconds);
    return worstCost(toCost({ step, requestsPerHour, rollbackTest, memory }), highestRate).failedRequests95;
  }

  function exactly(step: Step, requests: number, errors: number, memory: CheckMemory): number {
    return costUpTo(highestRateLeftOpen({ requests, errors }, 0.95), step, memory);
  }

  const asked: readonly (readonly [step: Step, requests: number, errors: number, memory: CheckMemory])[] = [
    [second, 30, 0, clean(0, 0)],
    [second, 30, 0, clean(500, 30)],
    [second, 100, 0, clean(500, 100)],
    [second, 300, 0, clean(500, 100)],
    [third, 30, 0, clean(500, 30)],
    [third, 300, 0, clean(500, 30)],
    [third, 300, 0, clean(500, 300)],
    [third, 30, 2, clean(500, 30)],
    [third, 3, 3, clean(500, 3)],
  ];

  it("is no less than the gate's, and no more than that of a fifth less evidence and a fifth more to make up for", () => {
    const gates = new SimulatedGates(settings({ liveFailureRate: 0 }));
    for (const [step, requests, errors, memory] of asked) {
      const found = cost(gates, step, requests, errors, memory);
      const coarser = {
        ...memory,
        liveRequests: memory.liveRequests / 2,
        requestsByBoundary: memory.requestsByBoundary.map((counted) => Math.ceil(counted * 1.2)),
      };
      const less = Math.max(errors, Math.floor(requests / 1.2));
      expect(found).toBeGreaterThanOrEqual(exactly(step, requests, errors, memory));
      // Another highest rate has other rates tried below it.
      expect(found).toBeLessThanOrEqual(exactly(step, less, errors, coarser) + 1);
    }
  });

  it("is that of the rounded numbers, between the costs of the least and of the most that they can be", () => {
    const gates = new SimulatedGates(settings({ liveFailureRate: 0.01 }));
    for (const [step, requests, errors, memory] of asked) {
      const liveRequests = roundedDown(memory.liveRequests, coarseRatio);
      const rounded = (ratio: number): CheckMemory => ({
        liveRequests,
        liveFailures: Math.floor(liveRequests / 100),
        requestsByBoundary: memory.requestsByBoundary.map((counted) => roundedUp(counted, ratio)),
      });
      const fewer = Math.max(errors, roundedDown(requests, roundingRatio));
      const least = costUpTo(0.01, step, { ...rounded(1.2), requestsByBoundary: [] });
      const most = costUpTo(1, step, rounded(coarseRatio));
      const between = exactly(step, fewer, errors, rounded(roundingRatio));
      expect(cost(gates, step, requests, errors, memory)).toBe(Math.max(least, Math.min(between, most)));
    }
  });

  it("is computed once for questions that are alike, and no further than the answer needs", () => {
    let computed = 0;
    const busiestRequestsPerHour = () => {
      computed += 1;
      return 600;
    };
    const gates = new SimulatedGates(settings({ busiestRequestsPerHour }));
    const memory = clean(500, 100);
    const ask = (left: number, requests = 100, of = memory) => {
      const before = computed;
      const within = gates.isWithin(left, third, requests, 0, of);
      return [within, computed - before];
    };
    // Nothing is as cheap as the threshold's rate costs with nothing to make up for.
    expect(ask(-1)).toEqual([false, 1]);
    expect(ask(-1)).toEqual([false, 0]);
    // And nothing is dearer than any rate costs with twice as much to make up for.
    expect(ask(1000)).toEqual([true, 1]);
    expect(ask(1000)).toEqual([true, 0]);
    const most = exactly(third, 0, 0, clean(500, 200));
    const decided = ask(most - 1);
    expect(decided[1]).toBe(1);
    expect(ask(most - 1)).toEqual([decided[0], 0]);
    // Powers of 1.2 are 96, 115 and 138, rounded up: 100 and 110 to make up for are alike, and 120 are more. Of the
    // requests 100 and 120 are rounded down, to 95 and 114.
    expect(ask(most - 1, 100, clean(500, 110))[1]).toBe(0);
    expect(ask(most - 1, 100, clean(500, 120))[1]).toBe(1);
    expect(ask(most - 1, 120)[1]).toBe(1);
  });

  it("is the same whatever was asked before", () => {
    const gates = new SimulatedGates(settings());
    const found = asked.map((question) => cost(gates, ...question));
    expect(asked.toReversed().map((question) => cost(gates, ...question))).toEqual(found.toReversed());
    expect(asked.map((question) => cost(new SimulatedGates(settings()), ...question))).toEqual(found);
    expect(new Set(found).size).toBeGreaterThan(4);
  });
});

describe("the numbers of requests that an exposure is remembered by", () => {
  it("are the neighbouring powers of a ratio, as whole numbers, and themselves where they are such a power", () => {
    expect([0, 1, 2, 3, 4, 5, 8, 9, 1000].map((requests) => roundedUp(requests, 2))).toEqual([
      0, 1, 2, 4, 4, 8, 8, 16, 1024,
    ]);
    expect([0, 1, 2, 3, 4, 5, 8, 9, 1000].map((requests) => roundedDown(requests, 2))).toEqual([
      0, 1, 2, 2, 4, 4, 8, 8, 512,
    ]);
    // Powers of 1.2 are 95.4, 114.5 and 137.4.
    expect([96, 100, 115, 116].map((requests) => roundedUp(requests, 1.2))).toEqual([115, 115, 138, 138]);
    expect([95, 100, 114, 115].map((requests) => roundedDown(requests, 1.2))).toEqual([79, 95, 95, 114]);
    // What is a power but for the last digit of a number is that power.
    for (const power of [3, 5, 7, 13].map((exponent) => 3 ** exponent)) {
      expect([roundedUp(power, 3), roundedDown(power, 3)]).toEqual([power, power]);
    }
  });
});
