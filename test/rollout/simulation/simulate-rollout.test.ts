import { describe, expect, it } from "vitest";
import { planRollbackTest, rollbackDelayMinutes } from "../../../rollout/rollback-test/rollback-test.ts";
import { type MinuteCounts, type RollbackCause, RollbackWatch } from "../../../rollout/rollback-test/rollback-watch.ts";
import type { FailingMinutes } from "../../../rollout/rollback-test/windows.ts";
import type { Step } from "../../../rollout/schedule.ts";
import { seededDraws } from "../../../rollout/simulation/random.ts";
import { type SimulatedGate, simulateRollout, type Way } from "../../../rollout/simulation/simulate-rollout.ts";
import { type DrawnMinute, evenTraffic, type Traffic, TrafficMinutes } from "../../../rollout/simulation/traffic.ts";
import { guideSchedule } from "../../support/rollout.ts";

const { steps } = guideSchedule;
const rollbackTest = { objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3, steps };
const traffic: Traffic = { kind: evenTraffic, requestsPerHour: 300, failureRate: 0.002, liveFailureRate: 0.002 };

/** A gate that answers as it is told, and remembers when it was asked. */
function toldGate(answer: (asked: number) => Way | undefined): SimulatedGate {
  let asked = 0;
  return { beginStep() {}, add() {}, ask: () => answer(asked++) };
}

function simulate(gate: SimulatedGate, change: Partial<Traffic> = {}, course: readonly Step[] = steps, seed = 3) {
  const test = planRollbackTest(rollbackTest);
  return simulateRollout(
    {
      steps: course,
      traffic: { ...traffic, ...change },
      startGate: () => gate,
      startWatch: () => new RollbackWatch(test),
      rollbackDelayMinutes,
    },
    seededDraws(seed),
  );
}

describe("simulateRollout", () => {
  it("promotes after the bakes where the gate passes at once", () => {
    const found = simulate(toldGate(() => "threshold"));
    expect(found).toMatchObject({ end: "promoted", minutes: 62 * 60, step: 3 });
    expect(found.passes).toEqual(steps.map(() => ({ way: "threshold", atFirstAsking: true })));
  });

  it("asks again each hour after the bake", () => {
    const found = simulate(toldGate((asked) => (asked === 0 || asked === 1 ? undefined : "exposure")));
    expect(found.minutes).toBe(64 * 60);
    expect(found.passes.map(({ atFirstAsking }) => atFirstAsking)).toEqual([false, true, true, true]);
  });

  it("ends at a step's limit, which counts from the step's beginning", () => {
    const limited = steps.map((step, index) => (index === 1 ? { ...step, limitSeconds: 24 * 3600 } : step));
    const found = simulate(
      toldGate((asked) => (asked === 0 ? "exposure" : undefined)),
      {},
      limited,
    );
    expect(found).toMatchObject({ end: "limit", minutes: (2 + 24) * 60, step: 1 });
    const unlimited = simulate(toldGate((asked) => (asked === 0 ? "exposure" : undefined)));
    expect(unlimited).toMatchObject({ end: "limit", minutes: (2 + 7 * 24) * 60, step: 1 });
  });

  it("is taken back by the planned definitions, and fails on until the traffic has moved", () => {
    const found = simulate(
      toldGate(() => undefined),
      { failureRate: 1 },
    );
    expect(found).toMatchObject({ end: "rolled back", step: 0, passes: [] });
    expect(found.rolledBack).toBeDefined();
    // Three failing minutes at 15 requests an hour, and the delay.
    expect(found.minutes).toBeLessThan(120);
    expect(found.failedRequests).toBeGreaterThanOrEqual(3);
  });

  it("rounds bakes and limits up to whole minutes, and still asks at the limit itself", () => {
    const odd = [{ weightPercent: 100, bakeSeconds: 61, limitSeconds: 3661 }];
    const ask = (passesAt: number) =>
      simulate(
        toldGate((asked) => (asked === passesAt ? "threshold" : undefined)),
        {},
        odd,
      );
    expect(ask(0)).toMatchObject({ end: "promoted", minutes: 2, step: 0 });
    expect(ask(1)).toMatchObject({ end: "promoted", minutes: 62 });
    expect(ask(2)).toMatchObject({ end: "limit", minutes: 62 });
  });

  /** A watch that takes the traffic back at the minute that is so many after the first with requests. */
  function watchUntil(last: number, cause: RollbackCause) {
    const added: number[] = [];
    const add = ({ minute }: MinuteCounts) => {
      added.push(minute);
      return added.length > last ? cause : undefined;
    };
    return { added, watch: { add } };
  }

  it("counts what fails until the traffic has moved, and nothing after it", () => {
    const cause: RollbackCause = { kind: "alarm", window: planRollbackTest(rollbackTest).windows[0] as FailingMinutes };
    const busy = { ...traffic, requestsPerHour: 3000, failureRate: 0.3 };
    const { added, watch } = watchUntil(4, cause);
    const given: DrawnMinute[] = [];
    const weights: number[] = [];
    const found = simulateRollout(
      {
        steps,
        traffic: busy,
        startGate: () => ({
          beginStep: ({ weightPercent }) => void weights.push(weightPercent),
          add: (minute) => void given.push({ ...minute }),
          ask: () => undefined,
        }),
        startWatch: () => watch,
        rollbackDelayMinutes: 7,
      },
      seededDraws(5),
    );
    // The same seed draws the same minutes: five that the watch sees, and seven until the traffic is back.
    const minutes = new TrafficMinutes(busy, seededDraws(5));
    const back = (added[4] ?? 0) + 8;
    const drawn: DrawnMinute[] = [];
    for (let from = 0; from < back; from = (drawn.at(-1)?.minute ?? 0) + 1) {
      const next = minutes.next(from, back, 0.05);
      if (next === undefined) break;
      drawn.push({ ...next });
    }
    expect(given).toEqual(drawn.slice(0, 5));
    expect(weights).toEqual([5]);
    expect(found).toEqual({
      end: "rolled back",
      minutes: back,
      failedRequests: drawn.reduce((sum, { failed }) => sum + failed, 0),
      step: 0,
      passes: [],
      rolledBack: cause,
    });
    expect(found.failedRequests).toBeGreaterThan(drawn.slice(0, 5).reduce((sum, { failed }) => sum + failed, 0));
  });

  it("takes each step's weight, and gives every minute of it to gate and watch", () => {
    const seen: { readonly weightPercent: number; readonly share: number }[] = [];
    let weightPercent = 0;
    let watched = 0;
    simulateRollout(
      {
        steps,
        traffic: { ...traffic, requestsPerHour: 3000 },
        startGate: () => ({
          beginStep(step) {
            ({ weightPercent } = step);
          },
          add: ({ candidateRequests, liveRequests }) =>
            void seen.push({ weightPercent, share: candidateRequests / (candidateRequests + liveRequests) }),
          ask: () => "threshold",
        }),
        startWatch: () => ({
          add() {
            watched += 1;
            return undefined;
          },
        }),
        rollbackDelayMinutes,
      },
      seededDraws(5),
    );
    expect(seen).toHaveLength(62 * 60);
    expect(watched).toBe(62 * 60);
    for (const step of steps) {
      const ofStep = seen.filter((one) => one.weightPercent === step.weightPercent);
      expect(ofStep).toHaveLength(step.bakeSeconds / 60);
      const mean = ofStep.reduce((sum, { share }) => sum + share, 0) / ofStep.length;
      expect(mean).toBeCloseTo(step.weightPercent / 100, 1);
    }
  });
});
