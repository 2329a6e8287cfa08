import { describe, expect, it } from "vitest";
import { type GateSettings, gateInputOf, type StageSight } from "../../../rollout/gate/stage-sight.ts";
import { evenStep } from "../../support/even-step.ts";
import { guideSchedule } from "../../support/rollout.ts";
import { healthySight } from "../../support/stage-sight.ts";

const settings: GateSettings = {
  candidate: "green",
  live: "blue",
  errorRatePercent: 1,
  responseTimeSeconds: 2,
  minTasks: 2,
  weightPercent: 5,
  nextWeightPercent: 25,
  schedule: guideSchedule,
  objectivePercent: 0.5,
  minimumErrors: 3,
};
const [hour] = healthySight.traffic;
if (hour === undefined) throw new Error("The sight has an hour of traffic.");
const hours = (...requests: number[]) => requests.map((count) => ({ ...hour, requests: count }));
const inputOf = (sight: Partial<StageSight>, over: Partial<GateSettings> = {}) =>
  gateInputOf({ ...healthySight, ...sight }, { ...settings, ...over });

describe("what a gate judges of what AWS shows", () => {
  it("is the tasks of each role, the thresholds, the alarms and what was measured", () => {
    const targets = { blue: { healthy: 3, notHealthy: 1 }, green: { healthy: 2, notHealthy: 0 } };
    const input = inputOf({ targets });
    expect(input).toMatchObject({
      ...healthySight.measured,
      thresholds: { errorRatePercent: 1, responseTimeSeconds: 2 },
      alarms: healthySight.alarms,
      capacity: {
        healthyTasks: { candidate: 2, live: 3 },
        minTasks: 2,
        weightPercent: 5,
        nextWeightPercent: 25,
        provenRequestsPerMinutePerTask: 4000 / 60,
        busiestRequestsPerMinute: 8000 / 60,
      },
    });
    expect(inputOf({ targets }, { candidate: "blue", live: "green" }).capacity.healthyTasks).toEqual({
      candidate: 3,
      live: 2,
    });
  });

  it("counts the larger of the step's traffic and that of the last hour", () => {
    const perMinute = (sight: Partial<StageSight>) => inputOf(sight).capacity.requestsPerMinuteTotal;
    const step = evenStep({
      from: "2026-11-23T12:00:00.000Z",
      minutes: 30,
      candidate: { requests: 300 },
      live: { requests: 5700 },
    });
    const measured = {
      ...healthySight.measured,
      steps: [...[1, 2].map(() => evenStep({ candidate: { requests: 9e5 }, live: { requests: 9e5 } })), step],
    };
    expect(perMinute({ measured, traffic: hours(600) })).toBeCloseTo(200, 9);
    expect(perMinute({ measured, traffic: hours(600, 18_000) })).toBeCloseTo(300, 9);
    expect(perMinute({ measured, traffic: [] })).toBeCloseTo(200, 9);
    expect(perMinute({ measured, traffic: hours(600), window: undefined })).toBe(10);
    expect(perMinute({ measured, traffic: [], window: undefined })).toBe(0);
  });

  it("is the guardrails where somebody counted, with the limits that the config has", () => {
    expect(inputOf({})).not.toHaveProperty("guardrails");
    const counted = { logged: "as it was counted" } as never;
    const limits = [{ metric: "FailedLogins" }] as never;
    expect(inputOf({ guardrails: counted }).guardrails).toEqual({ logged: "as it was counted", limits: [] });
    expect(inputOf({ guardrails: counted }, { guardrails: limits }).guardrails).toEqual({
      logged: "as it was counted",
      limits,
    });
  });
});

describe("what users say", () => {
  it("is counted by the release's steps and by colour, with the limit of the config", () => {
    expect(inputOf({})).not.toHaveProperty("feedback");
    const answers = [{ at: Date.parse("2026-11-23T12:30:00.000Z"), subject: "green" as const, isProblem: true }];
    const feedbackLimit = { objectAbovePercent: 20, fewestAnswers: 5 };
    const none = { answers: 0, problems: 0 };
    expect(inputOf({ feedback: { answers } }, { feedbackLimit }).feedback).toEqual({
      steps: [{ weightPercent: 5, candidate: { answers: 1, problems: 1 }, live: none, either: none }],
      limit: feedbackLimit,
    });
    expect(inputOf({ feedback: { unread: "it answered 404" } }).feedback).toEqual({
      steps: null,
      unread: "it answered 404",
    });
  });
});

describe("what exposure is judged by", () => {
  const steps = guideSchedule.steps.map(({ weightPercent, bakeSeconds }) => ({ weightPercent, bakeSeconds }));

  it("is the next step, at the busiest time as long as its bake, and the budget at the mean", () => {
    const [, at25] = steps;
    // Four hours of bake: the busiest four. Quiet hours before the first request do not count for the mean.
    const traffic = hours(0, 0, 300, 100, 500, 300, 300, 0);
    expect(inputOf({ traffic }).exposure).toEqual({
      nextStep: at25,
      requestsPerHour: 300,
      budgetRequests: expect.any(Number),
      rollbackTest: { objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3, steps },
    });
    const later = inputOf({ traffic: traffic.slice(2) }).exposure;
    expect(inputOf({ traffic }).exposure?.budgetRequests).toBe(later?.budgetRequests);
  });

  it("keeps no more of a step than what is counted with", () => {
    const schedule = { steps: guideSchedule.steps.map((step) => ({ ...step, bakeText: "2h", limitSeconds: 1e6 })) };
    expect(inputOf({}, { schedule }).exposure?.rollbackTest.steps).toStrictEqual(steps);
  });

  it.each<[string, Partial<StageSight>, Partial<GateSettings>]>([
    ["for a promote", {}, { weightPercent: 100, nextWeightPercent: 100 }],
    ["for a weight that no step has", {}, { nextWeightPercent: 30 }],
    ["for a weight that does not rise", {}, { weightPercent: 25 }],
    ["without any traffic", { traffic: hours(0, 0) }, {}],
    ["with a budget of 0", {}, { schedule: { ...guideSchedule, mostFailedRequests: 0 } }],
  ])("is nothing %s", (_what, sight, over) => {
    expect(inputOf(sight, over)).not.toHaveProperty("exposure");
  });

  it("is the budget of the config where it has one", () => {
    const schedule = { ...guideSchedule, mostFailedRequests: 7 };
    expect(inputOf({}, { schedule }).exposure?.budgetRequests).toBe(7);
  });
});
