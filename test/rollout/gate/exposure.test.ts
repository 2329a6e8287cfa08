import { describe, expect, it } from "vitest";
import {
  type CheckMemory,
  judgeExposure,
  memoryAfter,
  memoryOf,
  noMemory,
  toCost,
} from "../../../rollout/gate/exposure.ts";
import type { ExposureInput, GateInput } from "../../../rollout/gate/gate-input.ts";
import { judgeGate } from "../../../rollout/gate/judge-gate.ts";
import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import { worstCost } from "../../../rollout/simulation/step-cost.ts";
import { type EvenStep, evenStep } from "../../support/even-step.ts";
import { guideSchedule } from "../../support/rollout.ts";

const { steps } = guideSchedule;
const [at5, at25, at50, at100] = steps;
if (at5 === undefined || at25 === undefined || at50 === undefined || at100 === undefined) throw new Error("no steps");
const rollbackTest = { objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3, steps };
const at300: ExposureInput = { nextStep: at25, requestsPerHour: 300, budgetRequests: 93, rollbackTest };

/** The 5 % step at 300 requests an hour: 30 for the candidate in two hours, if nothing else is said. */
const firstStep: EvenStep = { weightPercent: 5, candidate: { requests: 30 }, live: { requests: 570 } };

/** A gate that has nothing but errors and exposure to judge. */
function inputOf(exposure: ExposureInput | undefined, ...rollout: readonly EvenStep[]): GateInput {
  const sumOf = (role: "candidate" | "live") => ({
    requests: rollout.reduce((sum, step) => sum + step[role].requests, 0),
    errors: rollout.reduce((sum, step) => sum + (step[role].errors ?? 0), 0),
  });
  return {
    counts: { candidate: sumOf("candidate"), live: sumOf("live") },
    steps: rollout.map(evenStep),
    responseTimes: { candidate: { p95Milliseconds: 100 }, live: { p95Milliseconds: 100 } },
    thresholds: { errorRatePercent: 1, responseTimeSeconds: 2 },
    alarms: { "green-errors": "OK" },
    capacity: {
      healthyTasks: { candidate: 2, live: 2 },
      minTasks: 2,
      weightPercent: rollout.at(-1)?.weightPercent ?? 0,
      nextWeightPercent: exposure?.nextStep.weightPercent ?? 100,
      requestsPerMinuteTotal: 5,
    },
    ...(exposure === undefined ? {} : { exposure }),
  };
}

function findingOf(input: GateInput, what: string) {
  return judgeGate(input).findings.find((finding) => finding.what === what);
}

describe("the gate's second way to pass", () => {
  it("takes thirty clean requests at 300 an hour, and says what the next step may cost", () => {
    const judged = judgeGate(inputOf(at300, firstStep));
    expect(judged).toMatchObject({ verdict: "pass", exposure: { budgetRequests: 93 } });
    const atWorst = judged.exposure?.atWorstRequests ?? 0;
    expect(atWorst).toBeGreaterThan(5);
    expect(atWorst).toBeLessThan(20);
    expect(findingOf(inputOf(at300, firstStep), "error rate")).toMatchObject({ verdict: "no objection" });
    expect(findingOf(inputOf(at300, firstStep), "exposure")).toEqual({
      what: "exposure",
      value: `0 failed, at worst ${atWorst} more at 25 %`,
      bound: "at most 93 in the whole rollout",
      verdict: "pass",
      sentence: `The candidate passes by exposure: in 19 of 20 cases at most ${atWorst} visitors' requests fail in the next step (25 % for 4 h) before it is taken back, at any error rate up to 10.9 %. 0 failed so far, and 93 may fail in the whole rollout. This counts failed requests, and not wrong data, wrong pages or lost mails: the verify and integrity tasks and people look for those.`,
    });
  });

  it("is not needed where the threshold is shown", () => {
    const shown = { ...firstStep, candidate: { requests: 400 }, live: { requests: 7600 } };
    const judged = judgeGate(inputOf(at300, shown));
    expect(judged.verdict).toBe("pass");
    expect(judged.exposure).toBeUndefined();
    expect(judged.findings.map(({ what }) => what)).not.toContain("exposure");
  });

  it("is none for a promote, which needs the threshold", () => {
    const hundred = { ...firstStep, weightPercent: 100, live: { requests: 0 } };
    expect(judgeGate(inputOf(undefined, hundred)).verdict).toBe("not enough data");
  });

  it("counts what failed so far against the budget", () => {
    const failedSoFar = { ...firstStep, candidate: { requests: 60, errors: 1 }, live: { requests: 1140 } };
    const withBudget = (budgetRequests: number) => judgeGate(inputOf({ ...at300, budgetRequests }, failedSoFar));
    const atWorst = withBudget(93).exposure?.atWorstRequests ?? 0;
    expect(withBudget(atWorst + 1).verdict).toBe("pass");
    const refused = withBudget(atWorst);
    expect(refused.verdict).toBe("not enough data");
    expect(refused.exposure).toBeUndefined();
    const sentences = refused.findings.filter(({ verdict }) => verdict === "not enough data");
    expect(sentences.map(({ what }) => what)).toEqual(["error rate", "exposure"]);
    expect(sentences[1]?.sentence).toMatch(
      new RegExp(
        `With the 1 that failed so far, that is more than the ${atWorst} that may fail in the whole rollout\\.`,
      ),
    );
  });

  it.each([
    ["less than three requests", { requests: 2 }, { requests: 38 }],
    ["less than a third of what its weight promised", { requests: 9 }, { requests: 571 }],
    ["none", { requests: 0 }, { requests: 570 }],
  ])("asks a candidate that answered %s for more", (_, candidate, live) => {
    const judged = judgeGate(inputOf(at300, { ...firstStep, candidate, live }));
    expect(judged.verdict).toBe("not enough data");
    expect(judged.findings.find(({ what }) => what === "exposure")?.sentence).toContain(
      "To pass by exposure it has to answer at least 3, and a third of what was promised.",
    );
  });

  it("looks at the standing step for that, and not at the ones before", () => {
    const before = { ...firstStep, candidate: { requests: 200 }, live: { requests: 3800 } };
    const now = { ...firstStep, weightPercent: 25, candidate: { requests: 2 }, live: { requests: 300 } };
    expect(judgeGate(inputOf({ ...at300, nextStep: at50 }, before, now)).verdict).toBe("not enough data");
  });

  it("passes nothing that a comparison with live objects to", () => {
    const worse = { ...firstStep, minutes: 240, candidate: { requests: 100, errors: 8 }, live: { requests: 1900 } };
    const judged = judgeGate(inputOf({ ...at300, budgetRequests: 1000 }, worse));
    expect(judged.verdict).toBe("fail");
    expect(findingOf(inputOf(at300, worse), "error rate against live")?.verdict).toBe("fail");
  });

  it("is told before the first step, and decides nothing there", () => {
    const asked = inputOf({ ...at300, nextStep: at5 });
    const judged = judgeGate(asked);
    expect(judged.verdict).toBe("pass");
    expect(judged.exposure).toBeUndefined();
    const told = judged.findings.find(({ what }) => what === "exposure");
    expect(told?.verdict).toBe("no objection");
    expect(told?.sentence).toMatch(
      /^In 19 of 20 cases at most \d visitors' requests fail in the next step \(5 % for 2 h\) before it is taken back, whatever its error rate is\. In the whole rollout 93 may fail, and even the worst error rate stays within that at 5 %, 25 %, 50 %\./,
    );
    const without = judgeGate(inputOf({ ...at300, nextStep: at5, budgetRequests: 1 }));
    expect(without.verdict).toBe("pass");
    expect(without.findings.find(({ what }) => what === "exposure")?.sentence).toContain(
      "stays within that at no step.",
    );
  });
});

describe("what the next step costs at worst", () => {
  const planned = () => planRollbackTest(rollbackTest);
  const costOf = (memory: CheckMemory, highestRate = 1, step = at50) =>
    worstCost(toCost({ step, requestsPerHour: 300, rollbackTest: planned(), memory }), highestRate).failedRequests95;
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
    expect(costOf(failing, 0.05)).toBeGreaterThan(costOf(seen(300), 0.05));
  });

  it("is at the schedule's last step more than any budget for a release that nobody knows", () => {
    expect(costOf(noMemory, 1, at100)).toBeGreaterThan(93);
  });

  it("is the same for the same question", () => {
    const question = {
      exposure: at300,
      counts: { requests: 30, errors: 0 },
      steps: [evenStep(firstStep)],
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
