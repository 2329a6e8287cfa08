import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeErrorRate } from "../../../rollout/gate/error-rates.ts";
import { forecastSteps, type StepForecast } from "../../../rollout/gate/forecast.ts";
import { guideSchedule } from "../../support/rollout.ts";

const hour = 3600;

function forecast(requestsPerHour: number, weightPercent = 5, bakeSeconds = 2 * hour): StepForecast {
  const [step] = forecastSteps({ steps: [{ weightPercent, bakeSeconds }], requestsPerHour, errorRatePercent: 1 });
  if (step === undefined) throw new Error("no forecast for the step");
  return step;
}

/** P(X >= errors) summed term by term. */
function tail(errors: number, requests: number, rate: number): number {
  let term = (1 - rate) ** requests;
  let below = 0;
  for (let k = 0; k < errors; k++) {
    below += term;
    term *= ((requests - k) / (k + 1)) * (rate / (1 - rate));
  }
  return 1 - below;
}

describe("forecastSteps", () => {
  it("says what the guide's schedule can show at 300 requests an hour", () => {
    const steps = forecastSteps({ steps: guideSchedule.steps, requestsPerHour: 300, errorRatePercent: 1 });
    expect(
      steps.map((step) => [step.weightPercent, step.candidateRequests, step.canPass, step.bakeSecondsToPass]),
    ).toEqual([
      [5, 30, false, 71_760],
      [25, 300, true, 14_352],
      [50, 1200, true, 7176],
      [100, 14_400, true, 3588],
    ]);
    expect(steps.map(({ requestsToPass }) => requestsToPass)).toEqual([299, 299, 299, 299]);
    const rates = steps.map(({ detectableRatePercent }) => detectableRatePercent ?? 100);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  });

  it("detects no less than about a tenth of the requests failing, in thirty", () => {
    // Two errors in thirty are enough to fail; two or more come with 80 % probability from about 9.7 % on.
    const { errorsToFail, detectableRatePercent } = forecast(300);
    expect(errorsToFail).toBe(2);
    expect(tail(1, 30, 0.01)).toBeGreaterThan(0.05);
    expect(tail(2, 30, 0.01)).toBeLessThan(0.05);
    expect(tail(2, 30, (detectableRatePercent ?? 0) / 100)).toBeCloseTo(0.8, 9);
    expect(detectableRatePercent).toBeCloseTo(9.7, 1);
  });

  it("has the closed form of one request: 80 % power from a rate of 80 % on", () => {
    expect(forecast(10)).toMatchObject({ candidateRequests: 1, errorsToFail: 1, canPass: false });
    expect(forecast(10).detectableRatePercent).toBeCloseTo(80, 9);
  });

  it("promises nothing without traffic", () => {
    expect(forecast(0)).toEqual({
      weightPercent: 5,
      bakeSeconds: 7200,
      candidateRequests: 0,
      errorsToFail: undefined,
      detectableRatePercent: undefined,
      canPass: false,
      requestsToPass: 299,
      bakeSecondsToPass: undefined,
    });
  });

  it("agrees with the gate on when it fails and when it passes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4000 }), (requests) => {
        const step = forecast(requests, 100, hour);
        expect(step.candidateRequests).toBe(requests);
        const verdictOf = (errors: number) => judgeErrorRate({ requests, errors }, 1, 0.95).verdict;
        const critical = step.errorsToFail ?? requests + 1;
        if (critical <= requests) expect(verdictOf(critical)).toBe("fail");
        expect(verdictOf(critical - 1)).not.toBe("fail");
        expect(verdictOf(0) === "pass").toBe(step.canPass);
      }),
    );
  });

  it("gives the shortest bake in which the gate can pass", () => {
    const traffic = fc.double({ min: 0.5, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(traffic, fc.integer({ min: 1, max: 100 }), (requestsPerHour, weightPercent) => {
        const bakeSeconds = forecast(requestsPerHour, weightPercent).bakeSecondsToPass ?? 0;
        expect(forecast(requestsPerHour, weightPercent, bakeSeconds).canPass).toBe(true);
        expect(forecast(requestsPerHour, weightPercent, bakeSeconds - 1).canPass).toBe(false);
      }),
    );
  });

  it("does not lose the last request of that bake to rounding", () => {
    // The quotient here rounds to 839 598 seconds, in which 298 whole requests come.
    const requestsPerHour = 25.640842403150078;
    expect(forecast(requestsPerHour).bakeSecondsToPass).toBe(839_599);
    expect(forecast(requestsPerHour, 5, 839_598).candidateRequests).toBe(298);
  });

  it("needs a longer bake and detects less at a higher confidence and power", () => {
    const [sure] = forecastSteps({
      steps: [{ weightPercent: 5, bakeSeconds: 2 * hour }],
      requestsPerHour: 300,
      errorRatePercent: 1,
      confidence: 0.99,
      power: 0.9,
    });
    expect(sure).toMatchObject({ errorsToFail: 3, requestsToPass: 459 });
    expect(sure?.detectableRatePercent).toBeGreaterThan(forecast(300).detectableRatePercent ?? 100);
  });

  it("refuses what is out of range", () => {
    const input = { steps: guideSchedule.steps, requestsPerHour: 300, errorRatePercent: 1 };
    expect(() => forecastSteps({ ...input, power: 80 })).toThrow("power is 80; it lies above 0 and below 1");
    expect(() => forecastSteps({ ...input, requestsPerHour: Number.NaN })).toThrow("requestsPerHour is NaN");
    expect(() => forecastSteps({ ...input, errorRatePercent: 101 })).toThrow("errorRatePercent is 101");
  });
});
