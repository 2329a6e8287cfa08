import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeErrorRate } from "../../../rollout/gate/error-rates.ts";
import { forecastSteps, type StepForecast } from "../../../rollout/gate/forecast.ts";
import { periodsOf } from "../../../rollout/gate/step-counts.ts";
import { evenStep } from "../../support/even-step.ts";
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
      [5, 30, false, 83_280],
      [25, 300, false, 16_656],
      [50, 1200, true, 8328],
      [100, 14_400, true, 4164],
    ]);
    expect(steps.map(({ requestsToPass }) => requestsToPass)).toEqual([347, 347, 347, 347]);
    const rates = steps.map(({ detectableRatePercent }) => detectableRatePercent ?? 100);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  });

  it("detects no less than about a seventh of the requests failing, in thirty", () => {
    // Three errors in thirty are enough to fail; three or more come with 80 % probability from about 13.7 % on.
    const { errorsToFail, detectableRatePercent } = forecast(300);
    expect(errorsToFail).toBe(3);
    expect(tail(3, 30, (detectableRatePercent ?? 0) / 100)).toBeCloseTo(0.8, 9);
    expect(detectableRatePercent).toBeCloseTo(13.7, 1);
  });

  it("has the closed form of two requests that must both fail: 80 % power from a rate of the root of 0.8 on", () => {
    expect(forecast(20)).toMatchObject({ candidateRequests: 2, errorsToFail: 2, canPass: false });
    expect(forecast(20).detectableRatePercent).toBeCloseTo(100 * Math.sqrt(0.8), 9);
  });

  it("lets no single request fail the gate", () => {
    expect(forecast(10)).toMatchObject({ candidateRequests: 1, errorsToFail: undefined });
  });

  it("promises nothing without traffic", () => {
    expect(forecast(0)).toEqual({
      weightPercent: 5,
      bakeSeconds: 7200,
      candidateRequests: 0,
      errorsToFail: undefined,
      detectableRatePercent: undefined,
      canPass: false,
      requestsToPass: 347,
      bakeSecondsToPass: undefined,
    });
  });

  it("agrees with the gate on when it fails and when it passes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4000 }), (requests) => {
        const step = forecast(requests, 100, hour);
        expect(step.candidateRequests).toBe(requests);
        const verdictOf = (errors: number) => {
          const counts = { requests, errors };
          const { candidate, live } = { candidate: counts, live: { requests: 0, errors: 0 } };
          const step = periodsOf(evenStep({ weightPercent: 100, minutes: 60, candidate, live }));
          return judgeErrorRate(counts, [step], 1, 0.95).verdict;
        };
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
    // The quotient here rounds to 524 290 seconds, in which 346 whole requests come.
    const requestsPerHour = 47.65301646035591;
    expect(forecast(requestsPerHour).bakeSecondsToPass).toBe(524_291);
    expect(forecast(requestsPerHour, 5, 524_290).candidateRequests).toBe(346);
  });

  it("needs a longer bake and detects less at a higher confidence and power", () => {
    const [sure] = forecastSteps({
      steps: [{ weightPercent: 5, bakeSeconds: 2 * hour }],
      requestsPerHour: 300,
      errorRatePercent: 1,
      confidence: 0.99,
      power: 0.9,
    });
    expect(sure).toMatchObject({ errorsToFail: 4, requestsToPass: 519 });
    expect(sure?.detectableRatePercent).toBeGreaterThan(forecast(300).detectableRatePercent ?? 100);
  });

  it("refuses what is out of range", () => {
    const input = { steps: guideSchedule.steps, requestsPerHour: 300, errorRatePercent: 1 };
    expect(() => forecastSteps({ ...input, power: 80 })).toThrow("power is 80; it lies above 0 and below 1");
    expect(() => forecastSteps({ ...input, requestsPerHour: Number.NaN })).toThrow("requestsPerHour is NaN");
    expect(() => forecastSteps({ ...input, errorRatePercent: 101 })).toThrow("errorRatePercent is 101");
  });
});
