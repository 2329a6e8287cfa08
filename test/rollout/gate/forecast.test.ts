import { describe, expect, it } from "vitest";
import { type ForecastInput, forecastRollout, harmRatesPercent } from "../../../rollout/gate/forecast.ts";
import { guideSchedule } from "../../support/rollout.ts";

const input: ForecastInput = {
  steps: guideSchedule.steps,
  requestsPerHour: 300,
  liveErrorRatePercent: 0.2,
  errorRatePercent: 1,
  objectivePercent: 0.5,
  minimumFailingMinutes: 3,
  runs: 200,
};

function shareThatPasses({ passes }: ReturnType<typeof forecastRollout>["steps"][number]): number {
  return passes.threshold + passes.exposure;
}

describe("forecastRollout", () => {
  const at300 = forecastRollout(input);

  it("says what the guide's schedule can show at 300 requests an hour", () => {
    expect(at300).toMatchObject({ budgetRequests: 93, requestsToPass: 347 });
    expect(at300.steps.map((step) => [step.weightPercent, step.candidateRequests, step.shownPercent])).toEqual([
      [5, 30, expect.closeTo(10.9, 1)],
      [25, 300, expect.closeTo(1.05, 2)],
      [50, 1200, expect.closeTo(0.227, 3)],
      [100, 14_400, expect.closeTo(0.0219, 3)],
    ]);
  });

  it("says by which way each step probably passes", () => {
    const [first, second, third, last] = at300.steps;
    expect(first?.passes).toEqual({ threshold: 0, exposure: expect.any(Number) });
    expect(first?.passes.exposure).toBeGreaterThan(0.97);
    // 330 requests do not show 1 %, but some rollouts have a few more.
    expect(second?.passes.threshold).toBeLessThan(0.3);
    expect(second === undefined ? 0 : shareThatPasses(second)).toBeGreaterThan(0.97);
    expect(third?.passes.threshold).toBeGreaterThan(0.75);
    expect(last?.passes).toMatchObject({ exposure: 0 });
    expect(at300.allPass).toBeGreaterThan(0.75);
    expect(at300.allPass).toBeLessThan(1);
  });

  it("says at which steps even the worst error rate stays within the budget", () => {
    expect(at300.steps.map(({ isWithinBudget }) => isWithinBudget)).toEqual([true, true, true, false]);
    for (const { worst, isWithinBudget } of at300.steps) expect(worst.failedRequests95 <= 93).toBe(isWithinBudget);
  });

  it("finds a bake that makes the gate pass, where the schedule's is too short", () => {
    expect(at300.steps.map(({ bakeSeconds, bakeSecondsToPass }) => bakeSecondsToPass === bakeSeconds)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const quiet = forecastRollout({ ...input, requestsPerHour: 40 });
    const third = quiet.steps[2];
    if (third === undefined) throw new Error("no step");
    expect(shareThatPasses(third)).toBeLessThan(0.1);
    const { askedSecondsToPass = 0, bakeSecondsToPass = 0 } = third;
    // 347 requests without an error take 15 hours at 20 an hour, and each error asks for more.
    expect(askedSecondsToPass / 3600).toBeGreaterThan(15);
    expect(bakeSecondsToPass).toBeGreaterThanOrEqual(askedSecondsToPass);
    const steps = guideSchedule.steps.map((step, index) =>
      index === 2 ? { ...step, bakeSeconds: bakeSecondsToPass } : step,
    );
    const longer = forecastRollout({ ...input, steps, requestsPerHour: 40 }).steps[2];
    expect(longer === undefined ? 0 : shareThatPasses(longer)).toBeGreaterThan(0.7);
  });

  it("tells the harm of each step at each rate: more is taken back, and sooner, the worse it is", () => {
    for (const { harm, takenBack } of at300.steps) {
      expect(harm.map(({ failureRate }) => failureRate)).toEqual(harmRatesPercent.map((percent) => percent / 100));
      const shares = harm.map(({ rolledBackShare }) => rolledBackShare);
      for (const [index, share] of shares.entries())
        expect(share).toBeGreaterThanOrEqual((shares[index - 1] ?? 0) - 0.05);
      expect(harm.at(-1)?.rolledBackShare).toBe(1);
      expect(takenBack?.rolledBackShare).toBeGreaterThanOrEqual(0.8);
    }
  });

  it("promises nothing without traffic", () => {
    const [first] = forecastRollout({ ...input, requestsPerHour: 0 }).steps;
    expect(first).toMatchObject({
      candidateRequests: 0,
      shownPercent: 100,
      takenBack: undefined,
      passes: { threshold: 0, exposure: 0 },
    });
    expect(first).not.toHaveProperty("bakeSecondsToPass");
  });

  it("lets no step pass by exposure where the budget is 0", () => {
    const { steps, budgetRequests } = forecastRollout({ ...input, mostFailedRequests: 0, runs: 40 });
    expect(budgetRequests).toBe(0);
    expect(steps.every(({ passes }) => passes.exposure === 0)).toBe(true);
  });

  it("refuses what is out of range", () => {
    expect(() => forecastRollout({ ...input, power: 80 })).toThrow("power is 80; it lies above 0 and below 1");
    expect(() => forecastRollout({ ...input, requestsPerHour: Number.NaN })).toThrow("requestsPerHour is NaN");
    expect(() => forecastRollout({ ...input, errorRatePercent: 101 })).toThrow("errorRatePercent is 101");
    expect(() => forecastRollout({ ...input, liveErrorRatePercent: -1 })).toThrow("liveErrorRatePercent is -1");
  });
});
