import { describe, expect, it } from "vitest";
import { memoryAfter, toCost } from "../../../rollout/gate/exposure.ts";
import { type ForecastInput, forecastRollout, harmRatesPercent } from "../../../rollout/gate/forecast.ts";
import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import { costAtRate, worstCost } from "../../../rollout/simulation/step-cost.ts";
import { highestRateLeftOpen, requestsToShow } from "../../../rollout/statistics/rate-below.ts";

/** Two short steps of a quiet portal: its forecast takes a third of a second. */
const steps = [
  { weightPercent: 25, bakeSeconds: 3600 },
  { weightPercent: 100, bakeSeconds: 7200 },
] as const;
const input: ForecastInput = {
  steps,
  requestsPerHour: 40,
  liveErrorRatePercent: 0,
  errorRatePercent: 1,
  objectivePercent: 0.5,
  minimumFailingMinutes: 3,
  runs: 20,
};

function costedStep(index: 0 | 1, liveRate: number) {
  const { requestsPerHour, errorRatePercent, objectivePercent, minimumFailingMinutes } = input;
  const rollbackTest = planRollbackTest({ objectivePercent, errorRatePercent, minimumFailingMinutes, steps });
  const memory = memoryAfter(steps.slice(0, index), requestsPerHour, rollbackTest, liveRate);
  return toCost({ step: steps[index], requestsPerHour, rollbackTest, memory });
}

describe("the forecast of two short steps", () => {
  it("counts each step's requests, and shows by all of them together", () => {
    const forecast = forecastRollout(input);
    // A tenth of a step's requests more or less is no whole one: 10 and 80.
    expect(forecast.steps.map(({ candidateRequests }) => candidateRequests)).toEqual([10, 80]);
    expect(forecast.steps.map(({ shownPercent }) => shownPercent)).toEqual(
      [10, 90].map((requests) => 100 * highestRateLeftOpen({ requests, errors: 0 }, 0.95)),
    );
    expect(forecast).toMatchObject({ budgetRequests: 25, requestsToPass: 347 });
    expect(forecast.steps.map(({ weightPercent, bakeSeconds }) => ({ weightPercent, bakeSeconds }))).toEqual(steps);
  });

  it("has a harm of each rate after the steps before, and the worst of all rates", () => {
    const forecast = forecastRollout({ ...input, liveErrorRatePercent: 2 });
    for (const index of [0, 1] as const) {
      const costed = costedStep(index, 0.02);
      const { harm, worst, isWithinBudget } = forecast.steps[index] ?? {};
      expect(harm).toEqual(harmRatesPercent.map((percent) => costAtRate(costed, percent / 100, 20)));
      expect(worst).toEqual(worstCost(costed, 1));
      expect(isWithinBudget).toBe(true);
    }
  });

  it("is within a budget that is just as large as the worst cost, and not within a smaller one", () => {
    const most = forecastRollout(input).steps[1]?.worst.failedRequests95 ?? 0;
    const within = (mostFailedRequests: number) =>
      forecastRollout({ ...input, mostFailedRequests }).steps[1]?.isWithinBudget;
    expect([within(most), within(most - 1)]).toEqual([true, false]);
  });

  it("names the lowest rate that is taken back with the wanted probability", () => {
    const of = (power: number) => forecastRollout({ ...input, power }).steps[1];
    const { harm = [], takenBack } = of(0.8) ?? {};
    const found = harm.find(({ failureRate }) => failureRate === takenBack?.failureRate);
    expect(found?.rolledBackShare).toBeGreaterThanOrEqual(0.8);
    for (const { failureRate, rolledBackShare } of harm) {
      if (failureRate < (takenBack?.failureRate ?? 0)) expect(rolledBackShare).toBeLessThan(0.8);
    }
    // Exactly so many are enough.
    const partly = harm.find(({ rolledBackShare }) => rolledBackShare > 0.3 && rolledBackShare < 1);
    expect(of(partly?.rolledBackShare ?? 0)?.takenBack).toEqual(partly);
  });

  it("passes the first step by exposure, and waits at the second for requests enough", () => {
    const { allPass, steps: forecast } = forecastRollout(input);
    const [first, second] = forecast;
    expect(first?.passes).toEqual({ threshold: 0, exposure: 1 });
    expect(first).toMatchObject({ bakeSecondsToPass: 3600, askedSecondsToPass: 3600 });
    expect(second?.passes).toEqual({ threshold: 0, exposure: 0 });
    expect(allPass).toBe(0);
    // Of 347 requests without an error, 10 came before; at 40 an hour the others take 8.4 h, by chance a little less or more.
    for (const seconds of [second?.askedSecondsToPass, second?.bakeSecondsToPass]) {
      expect(seconds).toBeGreaterThanOrEqual(8 * 3600);
      expect(seconds).toBeLessThanOrEqual(10 * 3600);
      expect((seconds ?? 1) % 3600).toBe(0);
    }
  });

  it("passes by the threshold in both steps where the requests are enough", () => {
    const busy = forecastRollout({ ...input, requestsPerHour: 3000 });
    expect(busy.steps.map(({ passes }) => passes)).toEqual([
      { threshold: 1, exposure: 0 },
      { threshold: 1, exposure: 0 },
    ]);
    expect(busy.allPass).toBe(1);
    expect(busy.steps.map(({ bakeSecondsToPass }) => bakeSecondsToPass)).toEqual([3600, 7200]);
  });

  it("passes as often as requests enough come by chance, where none fails", () => {
    const few = { ...input, errorRatePercent: 10, requestsPerHour: 16, runs: 300 };
    const quiet = forecastRollout(few);
    const { passes, bakeSecondsToPass } = quiet.steps[1] ?? {};
    // So many requests show 10 %, and 4 and 32 are due in the two steps: the Poisson distribution's upper tail.
    const needed = requestsToShow(0.1, 0, 0.95);
    const mean = 4 + 32;
    let [term, below] = [Math.exp(-mean), 0];
    for (let requests = 0; requests < needed; requests++) {
      below += term;
      term *= mean / (requests + 1);
    }
    const exact = 1 - below;
    expect(passes?.exposure).toBe(0);
    expect(Math.abs((passes?.threshold ?? 0) - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / few.runs));
    // Some of these have fewer than three requests in the first step, which then does not pass.
    const first = quiet.steps[0]?.passes.exposure ?? 0;
    expect(quiet.allPass).toBeLessThan(Math.min(first, passes?.threshold ?? 0));
    expect(quiet.allPass).toBeGreaterThanOrEqual(first + (passes?.threshold ?? 0) - 1);
    // That is below 0.8, the default; an hour later so many have come nearly always.
    expect(exact).toBeLessThan(0.75);
    expect(bakeSecondsToPass).toBe(3 * 3600);
    const asProbable = forecastRollout({ ...few, power: passes?.threshold ?? 0 });
    expect(asProbable.steps[1]?.bakeSecondsToPass).toBe(2 * 3600);
  });

  it("takes a portal whose every request fails for one, and says that nothing passes", () => {
    const failing = forecastRollout({ ...input, liveErrorRatePercent: 100 });
    expect(failing.allPass).toBe(0);
    expect(failing.steps.map(({ passes }) => passes)).toEqual([
      { threshold: 0, exposure: 0 },
      { threshold: 0, exposure: 0 },
    ]);
  });

  it("finds no bake of up to a week for a release that fails too often to be shown to be good", () => {
    const failing = forecastRollout({ ...input, liveErrorRatePercent: 1 }).steps[1];
    expect(failing?.passes).toEqual({ threshold: 0, exposure: 0 });
    expect(failing).not.toHaveProperty("bakeSecondsToPass");
    expect(failing).not.toHaveProperty("askedSecondsToPass");
  });

  it("forecasts nothing without requests", () => {
    const silent = forecastRollout({ ...input, requestsPerHour: 0 });
    expect(silent.steps.map(({ candidateRequests, shownPercent }) => [candidateRequests, shownPercent])).toEqual([
      [0, 100],
      [0, 100],
    ]);
    for (const step of silent.steps) expect(step).not.toHaveProperty("askedSecondsToPass");
  });

  it("simulates long bakes a third as often, which tells as much", () => {
    const long = { weightPercent: 100, bakeSeconds: 25 * 3600 };
    const shares = (bakeSeconds: number) =>
      forecastRollout({ ...input, steps: [{ ...long, bakeSeconds }], runs: 20 }).steps[0]?.harm.map(
        ({ rolledBackShare }) => rolledBackShare,
      ) ?? [];
    const isOf = (runs: number) => (share: number) => Math.abs(share * runs - Math.round(share * runs)) < 1e-9;
    expect(shares(25 * 3600).every(isOf(7))).toBe(true);
    expect(shares(24 * 3600).every(isOf(20))).toBe(true);
    expect(shares(24 * 3600).every(isOf(7))).toBe(false);
  });

  it.each([
    [{ power: 0 }, "power is 0; it lies above 0 and below 1: write one such as 0.8."],
    [{ power: 1 }, "power is 1; it lies above 0 and below 1: write one such as 0.8."],
    [{ confidence: 0.5 }, "confidence is 0.5"],
    [{ errorRatePercent: 0 }, "errorRatePercent is 0"],
    [{ requestsPerHour: -1 }, "requestsPerHour is -1; it is a number from 0."],
    [{ requestsPerHour: Number.POSITIVE_INFINITY }, "requestsPerHour is Infinity; it is a number from 0."],
    [{ liveErrorRatePercent: -1 }, "liveErrorRatePercent is -1; it is per cent, from 0 to 100."],
    [{ liveErrorRatePercent: 101 }, "liveErrorRatePercent is 101; it is per cent, from 0 to 100."],
    [{ liveErrorRatePercent: Number.NaN }, "liveErrorRatePercent is NaN"],
  ])("refuses %j", (change, message) => {
    expect(() => forecastRollout({ ...input, ...change })).toThrow(message);
  });
});
