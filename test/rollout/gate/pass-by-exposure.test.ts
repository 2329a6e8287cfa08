import { describe, expect, it } from "vitest";
import { judgeExposure, noMemory, reallyAnswered, toCost } from "../../../rollout/gate/exposure.ts";
import type { ExposureInput, GateInput } from "../../../rollout/gate/gate-input.ts";
import { judgeGate } from "../../../rollout/gate/judge-gate.ts";
import { percentText } from "../../../rollout/gate/verdict.ts";
import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import { worstCost } from "../../../rollout/simulation/step-cost.ts";
import { highestRateLeftOpen } from "../../../rollout/statistics/rate-below.ts";
import { type EvenStep, evenStep } from "../../support/even-step.ts";

/** Short steps, so that an exposure is computed within milliseconds. */
const minutes = 20;
const [at5, at25, at100] = [5, 25, 100].map((weightPercent) => ({ weightPercent, bakeSeconds: minutes * 60 }));
if (at5 === undefined || at25 === undefined || at100 === undefined) throw new Error("no steps");
const steps = [at5, at25, at100];
const rollbackTest = { objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3, steps };
const at600: ExposureInput = { nextStep: at25, requestsPerHour: 600, budgetRequests: 40, rollbackTest };

/** The 5 % step at 600 requests an hour: 10 for the candidate in 20 minutes, if nothing else is said. */
const firstStep: EvenStep = { weightPercent: 5, minutes, candidate: { requests: 10 }, live: { requests: 190 } };

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
      healthyTasks: { candidate: 8, live: 4 },
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
  it("takes ten clean requests at 600 an hour, and says what the next step may cost", () => {
    const judged = judgeGate(inputOf(at600, firstStep));
    expect(judged).toMatchObject({ verdict: "pass", exposure: { budgetRequests: 40 } });
    const atWorst = judged.exposure?.atWorstRequests ?? 0;
    expect(atWorst).toBeGreaterThan(5);
    expect(atWorst).toBeLessThan(20);
    expect(findingOf(inputOf(at600, firstStep), "error rate")).toMatchObject({ verdict: "no objection" });
    const open = percentText(highestRateLeftOpen({ requests: 10, errors: 0 }, 0.95));
    expect(findingOf(inputOf(at600, firstStep), "exposure")).toEqual({
      what: "exposure",
      value: `0 failed, at worst ${atWorst} more at 25 %`,
      bound: "at most 40 in the whole rollout",
      verdict: "pass",
      sentence: `The candidate passes by exposure: in 19 of 20 cases at most ${atWorst} visitors' requests fail in the next step (25 % for 20 min) before it is taken back, at any error rate up to ${open}. 0 failed so far, and 40 may fail in the whole rollout. This counts failed requests, and not wrong data, wrong pages or lost mails: the verify and integrity tasks and people look for those.`,
    });
  });

  it("is not needed where the threshold is shown", () => {
    const shown = { ...firstStep, candidate: { requests: 400 }, live: { requests: 7600 } };
    const judged = judgeGate(inputOf(at600, shown));
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
    const withBudget = (budgetRequests: number) => judgeGate(inputOf({ ...at600, budgetRequests }, failedSoFar));
    const atWorst = withBudget(40).exposure?.atWorstRequests ?? 0;
    expect(withBudget(atWorst + 1).verdict).toBe("pass");
    const refused = withBudget(atWorst);
    expect(refused.findings.find(({ what }) => what === "exposure")).toMatchObject({
      value: `1 failed, at worst ${atWorst} more at 25 %`,
      bound: `at most ${atWorst} in the whole rollout`,
    });
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
    ["less than a third of what its weight promised", { requests: 3 }, { requests: 197 }],
    ["none", { requests: 0 }, { requests: 190 }],
  ])("asks a candidate that answered %s for more", (_, candidate, live) => {
    const judged = judgeGate(inputOf(at600, { ...firstStep, candidate, live }));
    expect(judged.verdict).toBe("not enough data");
    expect(judged.findings.find(({ what }) => what === "exposure")?.sentence).toContain(
      "To pass by exposure it has to answer at least 3, and a third of what was promised.",
    );
  });

  it("asks for three requests, and for a third of what was promised", () => {
    expect([2, 3].map((requests) => reallyAnswered(requests, 4))).toEqual([false, true]);
    expect([9, 10].map((requests) => reallyAnswered(requests, 30))).toEqual([false, true]);
    const few = inputOf(at600, { ...firstStep, candidate: { requests: 2 }, live: { requests: 138 } });
    expect(findingOf(few, "exposure")).toEqual({
      what: "exposure",
      value: "2 requests in this step",
      bound: "at least 3, and a third of the 7 that its weight promised",
      verdict: "not enough data",
      sentence:
        "The candidate answered 2 requests in this step, of 7 that its weight promised. To pass by exposure it has to answer at least 3, and a third of what was promised. Wait for more, or find out why they do not reach it.",
    });
  });

  it("has nothing to pass by where no step was counted", () => {
    const question = { exposure: at600, counts: { requests: 30, errors: 0 }, steps: [], confidence: 0.95 };
    expect(judgeExposure(question)).toMatchObject({
      finding: { value: "0 requests in this step", verdict: "not enough data" },
    });
  });

  it("looks at the standing step for that, and not at the ones before", () => {
    const before = { ...firstStep, candidate: { requests: 200 }, live: { requests: 3800 } };
    const now = { ...firstStep, weightPercent: 25, candidate: { requests: 2 }, live: { requests: 300 } };
    expect(judgeGate(inputOf({ ...at600, nextStep: at100 }, before, now)).verdict).toBe("not enough data");
  });

  it("passes nothing that a comparison with live objects to", () => {
    const worse = { ...firstStep, minutes: 240, candidate: { requests: 100, errors: 8 }, live: { requests: 1900 } };
    const judged = judgeGate(inputOf({ ...at600, budgetRequests: 1000 }, worse));
    expect(judged.verdict).toBe("fail");
    expect(findingOf(inputOf(at600, worse), "error rate against live")?.verdict).toBe("fail");
  });

  it("is told before the first step, and decides nothing there", () => {
    const asked = inputOf({ ...at600, nextStep: at5 });
    const judged = judgeGate(asked);
    expect(judged.verdict).toBe("pass");
    expect(judged.exposure).toBeUndefined();
    const told = judged.findings.find(({ what }) => what === "exposure");
    expect(told?.verdict).toBe("no objection");
    expect(told?.sentence).toMatch(
      /^In 19 of 20 cases at most \d visitors' requests fail in the next step \(5 % for 20 min\) before it is taken back, whatever its error rate is\. In the whole rollout 40 may fail, and even the worst error rate stays within that at 5 %, 25 %\./,
    );
    // A step is within a budget that is just what it costs at worst.
    const test = planRollbackTest(rollbackTest);
    const { failedRequests95 } = worstCost(
      toCost({ step: at5, requestsPerHour: 600, rollbackTest: test, memory: noMemory }),
      1,
    );
    const just = judgeGate(inputOf({ ...at600, nextStep: at5, budgetRequests: failedRequests95 }));
    expect(just.findings.find(({ what }) => what === "exposure")?.sentence).toContain("stays within that at 5 %.");
    const without = judgeGate(inputOf({ ...at600, nextStep: at5, budgetRequests: 1 }));
    expect(without.verdict).toBe("pass");
    expect(without.findings.find(({ what }) => what === "exposure")?.sentence).toContain(
      "stays within that at no step.",
    );
  });
});
