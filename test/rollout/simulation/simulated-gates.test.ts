import { describe, expect, it } from "vitest";
import { BetsAgainst } from "../../../rollout/gate/evidence-against.ts";
import type { CheckMemory } from "../../../rollout/gate/exposure.ts";
import type { Period } from "../../../rollout/gate/step-counts.ts";
import type { Step } from "../../../rollout/schedule.ts";
import { seededDraws } from "../../../rollout/simulation/random.ts";
import { SimulatedGates } from "../../../rollout/simulation/simulated-gates.ts";
import { type DrawnMinute, evenTraffic, TrafficMinutes } from "../../../rollout/simulation/traffic.ts";
import { requestsToShow } from "../../../rollout/statistics/rate-below.ts";
import { plan, settings, steps } from "./short-gates.ts";

const [first, second, third] = steps as [Step, Step, Step];

/** A minute in which tasks answered everything. */
function minuteOf(minute: number, candidate: readonly [number, number], live: readonly [number, number]): DrawnMinute {
  const [candidateRequests, failed] = candidate;
  const [liveRequests, liveFailed] = live;
  return {
    minute,
    failed,
    candidateRequests,
    candidateTaskFailures: failed,
    candidateUnanswered: 0,
    candidateShare: failed,
    liveRequests,
    liveTaskFailures: liveFailed,
    liveUnanswered: 0,
    liveShare: liveFailed,
    byBalancer: 0,
  };
}

/** What a look asked, of gates that judge nothing by exposure. */
interface AskedWithin {
  readonly left: number;
  readonly step: Step;
  readonly requests: number;
  readonly errors: number;
  readonly memory: CheckMemory;
}

class RememberingGates extends SimulatedGates {
  readonly asked: AskedWithin[] = [];

  override isWithin(left: number, step: Step, requests: number, errors: number, memory: CheckMemory): boolean {
    this.asked.push({ left, step, requests, errors, memory });
    return true;
  }
}

/** A colour's counts of which nothing is told but these two. */
function countsOf(requests: number, failed: number) {
  return { requests, answered: requests, failed, refused: 0, slow: [], byBalancer: 0 };
}

describe("a simulated gate's first way to pass", () => {
  it.each([
    [0, 1],
    [1, 1],
    [0, 2],
  ])("needs with %d failures as many requests as show %d %%", (failures, errorRatePercent) => {
    const gate = new SimulatedGates(settings({ errorRatePercent, budgetRequests: -1 })).start();
    gate.beginStep(first);
    const needed = requestsToShow(errorRatePercent / 100, failures, 0.95);
    gate.add(minuteOf(0, [needed - 1, failures], [0, 0]));
    expect(gate.ask()).toBeUndefined();
    gate.add(minuteOf(1, [1, 0], [0, 0]));
    expect(gate.ask()).toBe("threshold");
  });

  it("counts as failures at most what the load balancer answered itself", () => {
    const needed = requestsToShow(0.01, 2, 0.95);
    const ask = (candidateUnanswered: number, byBalancer: number, requests: number) => {
      const gate = new SimulatedGates(settings({ budgetRequests: -1 })).start();
      gate.beginStep(third);
      gate.add({ ...minuteOf(0, [requests, 0], [0, 0]), candidateUnanswered, byBalancer, candidateShare: 1 });
      return gate.ask();
    };
    for (const [unanswered, byBalancer] of [
      [2, 5],
      [5, 2],
    ] as const) {
      expect(ask(unanswered, byBalancer, needed)).toBe("threshold");
      expect(ask(unanswered, byBalancer, needed - 1)).toBeUndefined();
    }
  });
});

describe("what a simulated gate holds against a candidate", () => {
  /** Of a threshold that few requests show, so that only the evidence against the candidate keeps it from passing. */
  const errorRatePercent = 40;

  /** Failures as the gate shares out what the load balancer answered; unanswered requests are compared in no simulation. */
  function periodOf({ candidateRequests, candidateShare, liveRequests, liveShare }: DrawnMinute): Period {
    return { candidate: countsOf(candidateRequests, candidateShare), live: countsOf(liveRequests, liveShare) };
  }

  it.each([
    ["like live", 0.05, 0.05, 0],
    ["worse than live", 0.25, 0.02, 0],
    ["worse than the threshold", 0.7, 0.6, 0],
    ["worse than live, where WebSockets are opened", 0.25, 0.02, 0.05],
  ])(
    "is what the gate's own bets say, minute by minute, of one that is %s",
    (_, failureRate, liveFailureRate, upgradeShare) => {
      const draws = seededDraws(failureRate * 1000 + upgradeShare);
      const kind = { ...evenTraffic, upgradeShare };
      let refused = 0;
      let passed = 0;
      for (let run = 0; run < 12; run++) {
        const gate = new SimulatedGates(settings({ errorRatePercent, budgetRequests: -1 })).start();
        const minutes = new TrafficMinutes({ kind, requestsPerHour: 900, failureRate, liveFailureRate }, draws);
        const seen: { readonly weightPercent: number; readonly periods: Period[] }[] = [];
        let [requests, failures] = [0, 0];
        for (const [index, { weightPercent }] of steps.entries()) {
          gate.beginStep(steps[index] as Step);
          seen.push({ weightPercent, periods: [] });
          const end = 20 * (index + 1);
          for (let at = 20 * index; ; ) {
            const found = minutes.next(at, end, weightPercent / 100);
            if (found === undefined) break;
            at = found.minute + 1;
            gate.add(found);
            seen.at(-1)?.periods.push(periodOf(found));
            requests += found.candidateRequests;
            failures += found.candidateTaskFailures + Math.min(found.candidateUnanswered, found.byBalancer);
            const bets = new BetsAgainst(errorRatePercent, 1);
            for (const step of seen) bets.countStep(step.weightPercent, step.periods);
            const isRefused = bets.most.all >= 20;
            const isShown = requests >= requestsToShow(errorRatePercent / 100, failures, 0.95);
            expect(gate.ask()).toBe(isShown && !isRefused ? "threshold" : undefined);
            if (isRefused) refused += 1;
            else if (isShown) passed += 1;
          }
        }
      }
      expect(refused + passed).toBeGreaterThan(100);
      expect(failureRate === liveFailureRate ? passed : refused).toBeGreaterThan(50);
    },
  );
});

describe("how much a simulated gate holds against a candidate", () => {
  /** By step, the candidate's and live's requests and failures of its minutes. */
  const course: readonly (readonly (readonly [number, number, number, number])[])[] = [
    [
      [3, 0, 57, 0],
      [2, 0, 38, 0],
      [4, 2, 76, 0],
      [0, 0, 20, 3],
      [1, 0, 19, 1],
      [2, 2, 38, 1],
      [2, 0, 38, 0],
    ],
    [
      [20, 0, 60, 0],
      [20, 9, 60, 2],
      [20, 8, 60, 0],
      [20, 0, 60, 0],
    ],
    [
      [40, 0, 0, 0],
      [40, 30, 0, 0],
      [40, 1, 0, 0],
    ],
  ];

  it.each([1, 30])("is what the gate's own bets say, to a thousandth, at a threshold of %i %%", (errorRatePercent) => {
    let compared = 0;
    for (let until = 1; until <= 14; until++) {
      const minutes = course.flatMap((all, step) => all.map((counts) => ({ step, counts }))).slice(0, until);
      const bets = new BetsAgainst(errorRatePercent, 1);
      for (const [step, { weightPercent }] of steps.entries()) {
        const own = minutes.filter((minute) => minute.step === step);
        if (own.length === 0) break;
        bets.countStep(
          weightPercent,
          own.map(({ counts: [ours, failed, live, ofLive] }) => ({
            candidate: countsOf(ours, failed),
            live: countsOf(live, ofLive),
          })),
        );
      }
      const most = bets.most.all;
      if (most < 1.01) continue;
      compared += 1;
      /** Whether it objects to what is so improbable of a good candidate: the threshold is taken for shown. */
      const objects = (times: number) => {
        const gates = new (class extends SimulatedGates {
          override showsThreshold() {
            return true;
          }
        })(settings({ errorRatePercent, confidence: 1 - 1 / times }));
        const gate = gates.start();
        let standing = -1;
        for (const [at, { step, counts }] of minutes.entries()) {
          if (step !== standing) gate.beginStep(steps[step] as Step);
          standing = step;
          const [ours, failed, live, ofLive] = counts;
          gate.add(minuteOf(at, [ours, failed], [live, ofLive]));
        }
        return gate.ask() === undefined;
      };
      expect([until, objects(most * 0.999), objects(most * 1.001)]).toEqual([until, true, false]);
    }
    expect(compared).toBeGreaterThan(5);
  });
});

describe("a simulated gate's second way to pass", () => {
  it("is asked about the next step, with what is left of the budget and all that was counted", () => {
    const gates = new RememberingGates(settings());
    const gate = gates.start();
    gate.beginStep(first);
    gate.add(minuteOf(0, [40, 2], [800, 3]));
    gate.add({ ...minuteOf(6, [10, 0], [100, 1]), liveUnanswered: 4, byBalancer: 3 });
    expect(gate.ask()).toBe("exposure");
    expect(gates.asked).toEqual([
      {
        left: 23,
        step: second,
        requests: 50,
        errors: 2,
        memory: expect.objectContaining({ liveRequests: 900, liveFailures: 7 }),
      },
    ]);
    gate.beginStep(second);
    gate.add(minuteOf(20, [30, 1], [60, 0]));
    expect(gate.ask()).toBe("exposure");
    expect(gates.asked[1]).toMatchObject({ left: 22, step: third, requests: 80, errors: 3 });
  });

  it("is not asked after the last step", () => {
    const gates = new RememberingGates(settings());
    const gate = gates.start();
    gate.beginStep(third);
    gate.add(minuteOf(0, [40, 0], [0, 0]));
    expect(gate.ask()).toBeUndefined();
    expect(gates.asked).toEqual([]);
  });

  it("is not asked where the candidate answered fewer than a third of what its weight promised, in this step", () => {
    const ask = (ofStep: readonly [number, number]) => {
      const gates = new RememberingGates(settings());
      const gate = gates.start();
      gate.beginStep(first);
      gate.add(minuteOf(0, [100, 0], [100, 0]));
      gate.beginStep(second);
      gate.add(minuteOf(20, [ofStep[0], 0], [ofStep[1], 0]));
      return gate.ask();
    };
    // 25 % of 120 are 30.
    expect(ask([10, 110])).toBe("exposure");
    expect(ask([9, 111])).toBeUndefined();
    expect(ask([2, 4])).toBeUndefined();
    expect(ask([3, 6])).toBe("exposure");
  });

  it("remembers of each boundary what its periods count, at most so much of each", () => {
    const gates = new RememberingGates(settings());
    const gate = gates.start();
    const random = seededDraws(17).uniform;
    const minutes = Array.from({ length: 40 }, (_, minute) => ({ minute, requests: Math.floor(random() * 12) })).filter(
      ({ requests }) => requests > 4,
    );
    gate.beginStep(first);
    for (const { minute, requests } of minutes) gate.add(minuteOf(minute, [requests, 0], [requests, 0]));
    gate.ask();
    const expected = plan().boundaries.map(({ threshold, periodMinutes, requestsPerPeriod }) => {
      const periods = Map.groupBy(minutes, ({ minute }) => Math.floor(minute / periodMinutes)).values();
      const counted = [...periods].map((period) =>
        Math.min(
          requestsPerPeriod,
          period.reduce((sum, { requests }) => sum + requests, 0),
        ),
      );
      return threshold === undefined ? 0 : counted.reduce((sum, one) => sum + one, 0);
    });
    expect(gates.asked[0]?.memory.requestsByBoundary).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(3);
  });
});
