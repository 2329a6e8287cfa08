import { describe, expect, it } from "vitest";
import {
  checkConfidence,
  checkGateInput,
  checkThresholdPercent,
  type GateInput,
} from "../../../rollout/gate/gate-input.ts";

const sound: GateInput = {
  counts: { candidate: { requests: 0, errors: 0 }, live: { requests: 10, errors: 10 } },
  responseTimes: { candidate: {}, live: { averageMilliseconds: 0, p95Milliseconds: 0.5 } },
  thresholds: { errorRatePercent: 100, responseTimeSeconds: 0 },
  alarms: {},
  capacity: {
    healthyTasks: { candidate: 0, live: 0 },
    minTasks: 0,
    weightPercent: 0,
    nextWeightPercent: 100,
    requestsPerMinuteTotal: 0,
  },
};

/** The input with one number replaced, by its path. */
function withNumber(path: string, value: number): GateInput {
  const input = structuredClone(sound);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const place = keys.reduce<Record<string, unknown>>(
    (at, key) => at[key] as Record<string, unknown>,
    input as unknown as Record<string, unknown>,
  );
  place[last] = value;
  return input;
}

const whole = [
  "counts.candidate.requests",
  "counts.live.requests",
  "counts.candidate.errors",
  "counts.live.errors",
  "capacity.healthyTasks.candidate",
  "capacity.healthyTasks.live",
  "capacity.minTasks",
];
const numbers = [
  "thresholds.responseTimeSeconds",
  "responseTimes.candidate.averageMilliseconds",
  "responseTimes.candidate.p95Milliseconds",
  "responseTimes.live.averageMilliseconds",
  "responseTimes.live.p95Milliseconds",
  "capacity.requestsPerMinuteTotal",
  "capacity.provenRequestsPerMinutePerTask",
  "capacity.busiestRequestsPerMinute",
];
const weights = ["capacity.weightPercent", "capacity.nextWeightPercent"];

describe("what a gate is asked with", () => {
  it("may be at the ends of its ranges", () => {
    expect(() => checkGateInput(sound)).not.toThrow();
    for (const path of numbers) expect(() => checkGateInput(withNumber(path, 0.25)), path).not.toThrow();
    for (const path of weights) expect(() => checkGateInput(withNumber(path, 0.25)), path).not.toThrow();
  });

  it.each(whole)("refuses in %s what is no whole number from 0", (path) => {
    for (const value of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => checkGateInput(withNumber(path, value))).toThrow(
        `${path} is ${value}; it is a whole number from 0.`,
      );
    }
  });

  it.each(numbers)("refuses in %s what is no number from 0", (path) => {
    const name = path.replace("thresholds.", "");
    for (const value of [-0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => checkGateInput(withNumber(path, value))).toThrow(`${name} is ${value}; it is a number from 0.`);
    }
  });

  it.each(weights)("refuses in %s what is no percentage", (path) => {
    for (const value of [-1, 100.5, Number.NaN]) {
      expect(() => checkGateInput(withNumber(path, value))).toThrow(
        `${path} is ${value}; it is per cent, from 0 to 100.`,
      );
    }
  });

  it("refuses more errors than requests, of either colour", () => {
    expect(() => checkGateInput(withNumber("counts.candidate.errors", 1))).toThrow(
      "counts.candidate has 1 errors in 0 requests; errors are a part of the requests. Read both again for one same time.",
    );
    expect(() => checkGateInput(withNumber("counts.live.errors", 11))).toThrow(
      "counts.live has 11 errors in 10 requests",
    );
  });

  it("refuses a threshold and a confidence out of their ranges", () => {
    for (const percent of [0, -1, 100.5, Number.NaN]) {
      expect(() => checkThresholdPercent(percent)).toThrow(`errorRatePercent is ${percent}; it lies above 0`);
      expect(() => checkGateInput(withNumber("thresholds.errorRatePercent", percent))).toThrow("errorRatePercent is");
    }
    for (const confidence of [0.5, 1, Number.NaN]) {
      expect(() => checkConfidence(confidence)).toThrow(`confidence is ${confidence}; it lies above 0.5 and below 1`);
      expect(() => checkGateInput(withNumber("thresholds.confidence", confidence))).toThrow("confidence is");
    }
    for (const confidence of [0.51, 0.95, 0.999]) expect(() => checkConfidence(confidence)).not.toThrow();
    for (const percent of [0.001, 1, 100]) expect(() => checkThresholdPercent(percent)).not.toThrow();
  });
});
