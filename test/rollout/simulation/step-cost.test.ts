import { describe, expect, it } from "vitest";
import { seededDraws } from "../../../rollout/simulation/random.ts";
import {
  costAtRate,
  poisson95,
  requestsIn,
  type StepToCost,
  worstCost,
} from "../../../rollout/simulation/step-cost.ts";
import { evenTraffic, TrafficMinutes } from "../../../rollout/simulation/traffic.ts";

const never = { add: () => undefined };
/** Takes the traffic back after the first minute with a failure. */
const atOnce = {
  add: ({ candidateTaskFailures }: { readonly candidateTaskFailures: number }) =>
    candidateTaskFailures > 0 ? ({ kind: "check", boundary: undefined } as never) : undefined,
};
const bake: StepToCost = {
  step: { weightPercent: 25, bakeSeconds: 4 * 3600 },
  requestsPerHour: 300,
  liveFailureRate: 0,
  startWatch: () => never,
  rollbackDelayMinutes: 3,
};

describe("costAtRate", () => {
  it.each([0.01, 0.1, 0.5])("costs the Poisson distribution's where nothing is taken back, at the rate %d", (rate) => {
    const cost = costAtRate(bake, rate, 5_000);
    expect(cost).toMatchObject({ rolledBackShare: 0, medianMinutesToRollback: undefined, failureRate: rate });
    expect(Math.abs(cost.meanFailedRequests - 300 * rate)).toBeLessThan(4 * Math.sqrt((300 * rate) / 5_000));
    expect(Math.abs(cost.failedRequests95 - poisson95(300 * rate))).toBeLessThanOrEqual(1);
  });

  it("costs the minute that decides, and those until the traffic is back", () => {
    // Each minute has a failure with probability q, and a Poisson number of them in the three minutes after it.
    const perMinute = (300 * 0.25) / 60;
    const rate = 0.2;
    const q = 1 - Math.exp(-perMinute * rate);
    const cost = costAtRate({ ...bake, startWatch: () => atOnce }, rate, 5_000);
    const expected = (perMinute * rate) / q + 3 * perMinute * rate;
    expect(Math.abs(cost.meanFailedRequests - expected)).toBeLessThan(0.06);
    expect(cost.rolledBackShare).toBe(1);
    // Half of the first failing minutes come within so many.
    expect(cost.medianMinutesToRollback).toBe(Math.ceil(Math.log(0.5) / Math.log(1 - q)) + 3);
  });

  it("costs what 19 of 20 bakes cost at most, and takes the median of those that were taken back", () => {
    const rate = 0.2;
    const draws = seededDraws(95);
    const bakes = Array.from({ length: 20 }, () => {
      const minutes = new TrafficMinutes(
        { kind: evenTraffic, requestsPerHour: 300, failureRate: rate, liveFailureRate: 0 },
        draws,
      );
      let [failed, back, from] = [0, 240, 0];
      for (let found = minutes.next(from, back, 0.25); found; found = minutes.next(from, back, 0.25)) {
        from = found.minute + 1;
        failed += found.failed;
        if (back === 240 && found.failed > 0) back = from + 3;
      }
      return { failed, back };
    });
    const sorted = (of: readonly number[]) => of.toSorted((one, other) => one - other);
    const cost = costAtRate({ ...bake, startWatch: () => atOnce }, rate, 20);
    const failed = sorted(bakes.map((one) => one.failed));
    expect(cost.failedRequests95).toBe(failed[18]);
    expect(failed[18]).toBeLessThan(failed[19] ?? 0);
    expect(cost.medianMinutesToRollback).toBe(sorted(bakes.map(({ back }) => back))[9]);
  });

  it("answers the same question with the same number", () => {
    expect(costAtRate(bake, 0.03)).toEqual(costAtRate(bake, 0.03));
  });

  it("costs nothing without a failure or without traffic", () => {
    expect(costAtRate(bake, 0)).toMatchObject({ failedRequests95: 0, meanFailedRequests: 0 });
    expect(costAtRate({ ...bake, requestsPerHour: 0 }, 1)).toMatchObject({ failedRequests95: 0 });
  });
});

describe("the number of simulated bakes", () => {
  it.each([
    [2, 250],
    [10, 250],
    [12.5, 200],
    [48, 150],
  ])("is for a bake of %d h %d: enough for a percentile, and fewer of the long ones", (hours, bakes) => {
    let watches = 0;
    const startWatch = () => {
      watches += 1;
      return never;
    };
    const step = { weightPercent: 25, bakeSeconds: hours * 3600 };
    costAtRate({ ...bake, step, requestsPerHour: 1, startWatch }, 0.1);
    expect(watches).toBe(bakes);
  });
});

describe("the bounds of a bake", () => {
  it("are its candidate's requests on average", () => {
    expect(requestsIn({ weightPercent: 25, bakeSeconds: 4 * 3600 }, 300)).toBe(300);
    expect(requestsIn({ weightPercent: 5, bakeSeconds: 7200 }, 40)).toBe(4);
  });

  it("are the Poisson distribution's 95th percentile, by sums of 60 digits, and one more beyond a mean of 500", () => {
    expect([0.05, 0.06, 1, 5, 10, 100, 500].map(poisson95)).toEqual([0, 1, 3, 9, 15, 117, 537]);
    // Exactly 538 and 1052.
    expect([501, 1000].map(poisson95)).toEqual([539, 1053]);
  });
});

describe("worstCost", () => {
  it("is that of the highest rate where nothing is taken back", () => {
    expect(worstCost(bake, 0.3).failureRate).toBe(0.3);
  });

  it("is no less than that of any lower rate", () => {
    /** Takes back after 8 failing minutes, and never before an hour has passed. */
    const startWatch = () => {
      let failing = 0;
      return {
        add({ candidateTaskFailures, minute }: { readonly candidateTaskFailures: number; readonly minute: number }) {
          if (candidateTaskFailures > 0) failing += 1;
          return failing >= 8 && minute >= 60 ? ({ kind: "check", boundary: undefined } as never) : undefined;
        },
      };
    };
    const watched = { ...bake, startWatch };
    for (const highest of [1, 0.2, 0.02]) {
      const worst = worstCost(watched, highest);
      expect(worst.failureRate).toBeLessThanOrEqual(highest);
      for (const rate of [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1].filter((one) => one <= highest)) {
        // Between two rates that are tried, and by chance, it may be a little more.
        expect(costAtRate(watched, rate).failedRequests95).toBeLessThanOrEqual(worst.failedRequests95 * 1.1 + 1);
      }
    }
  });

  it("is that of a lower rate where a higher one is found sooner", () => {
    /** Takes the traffic back after the first minute with two failures. */
    const byTwo = {
      add: ({ candidateTaskFailures }: { readonly candidateTaskFailures: number }) =>
        candidateTaskFailures > 1 ? ({ kind: "check", boundary: undefined } as never) : undefined,
    };
    const watched = { ...bake, startWatch: () => byTwo };
    const worst = worstCost(watched, 1);
    expect(worst.failureRate).toBeLessThan(0.3);
    expect(worst).toEqual(costAtRate(watched, worst.failureRate));
    expect(worst.failedRequests95).toBeGreaterThan(costAtRate(watched, 1).failedRequests95 + 5);
  });

  it("tries no lower rate where none can cost more", () => {
    let watches = 0;
    const startWatch = () => {
      watches += 1;
      return never;
    };
    worstCost({ ...bake, startWatch }, 0.3);
    expect(watches).toBe(250);
  });

  it("tries no further rate once one costs more than what is asked about", () => {
    let watches = 0;
    const startWatch = () => {
      watches += 1;
      return atOnce;
    };
    const counted = { ...bake, startWatch };
    const bakesOfOneRate = 250;
    expect(worstCost(counted, 1, 3).failedRequests95).toBeGreaterThan(3);
    expect(watches).toBe(bakesOfOneRate);
    watches = 0;
    // As much as is asked about is not more.
    worstCost(counted, 1, costAtRate({ ...bake, startWatch: () => atOnce }, 1).failedRequests95);
    expect(watches).toBeGreaterThan(bakesOfOneRate);
    watches = 0;
    expect(worstCost(counted, 1, 1000)).toEqual(worstCost({ ...bake, startWatch: () => atOnce }, 1));
    expect(watches).toBeGreaterThan(bakesOfOneRate);
  });
});
