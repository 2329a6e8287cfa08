import { describe, expect, it } from "vitest";
import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import type { RollbackCause } from "../../../rollout/rollback-test/rollback-watch.ts";
import type { FailingMinutes } from "../../../rollout/rollback-test/windows.ts";
import type { Step } from "../../../rollout/schedule.ts";
import { longestBakeHours, looksAtBakeEnds, timeToPass } from "../../../rollout/simulation/bake-looks.ts";
import { seededDraws } from "../../../rollout/simulation/random.ts";
import type { RolloutToSimulate, Way } from "../../../rollout/simulation/simulate-rollout.ts";
import { evenTraffic } from "../../../rollout/simulation/traffic.ts";

/** Traffic with requests in every minute. */
const traffic = { kind: evenTraffic, requestsPerHour: 3000, failureRate: 0, liveFailureRate: 0 };
const first: Step = { weightPercent: 50, bakeSeconds: 30 * 60 };
const second: Step = { weightPercent: 100, bakeSeconds: 2 * 3600 };

/** Of one rollout: how it answers, and the minute whose traffic is taken back. */
interface Told {
  /** @param step weights of the steps so far @param minute minutes that the gate was given */
  readonly answer: (step: number, minute: number) => Way | undefined;
  readonly returnedAt?: number;
}

/** Rollouts whose gates and checks answer as they are told, one after the other. */
function rolloutOf(steps: readonly Step[], ...told: readonly Told[]) {
  const { windows } = planRollbackTest({
    objectivePercent: 0.5,
    errorRatePercent: 1,
    minimumFailingMinutes: 3,
    steps: [first, second],
  });
  const cause: RollbackCause = { kind: "alarm", window: windows[0] as FailingMinutes };
  const begun = { gates: 0, watches: 0 };
  const weights: number[][] = [];
  const rollout: RolloutToSimulate = {
    steps,
    traffic,
    rollbackDelayMinutes: 3,
    startGate() {
      const { answer } = told[begun.gates++] as Told;
      const ownWeights: number[] = [];
      weights.push(ownWeights);
      let minutes = 0;
      return {
        beginStep: ({ weightPercent }) => void ownWeights.push(weightPercent),
        add: () => void minutes++,
        ask: () => answer(ownWeights.length, minutes),
      };
    },
    startWatch() {
      const { returnedAt } = told[begun.watches++] as Told;
      return { add: ({ minute }) => (minute === returnedAt ? cause : undefined) };
    },
  };
  return { rollout, begun, weights };
}

/** Passes the last step from so many hours after its beginning on, until so many. */
const passing = (fromHour: number, untilHour = Number.POSITIVE_INFINITY): Told => ({
  answer(step, minutes) {
    const hours = (minutes - (step - 1) * 30) / 60;
    return hours >= fromHour && hours < untilHour ? "threshold" : undefined;
  },
});
const never: Told = { answer: () => undefined };

describe("looks at bake ends", () => {
  it("ask when each bake is over, and go on whether the step passes or not", () => {
    const asked: (readonly number[])[] = [];
    const { rollout, weights } = rolloutOf(
      [first, second],
      {
        answer(step, minute) {
          asked.push([step, minute]);
          return step === 1 ? undefined : "threshold";
        },
      },
      { answer: (step) => (step === 1 ? "exposure" : undefined) },
    );
    expect(looksAtBakeEnds(rollout, 2, seededDraws(1))).toEqual([
      [undefined, "threshold"],
      ["exposure", undefined],
    ]);
    expect(asked).toEqual([
      [1, 30],
      [2, 150],
    ]);
    expect(weights).toEqual([
      [50, 100],
      [50, 100],
    ]);
  });

  it("find that nothing passes once the traffic was returned", () => {
    const passes = () => "threshold" as const;
    const { rollout } = rolloutOf(
      [first, second],
      { answer: passes, returnedAt: 10 },
      { answer: passes, returnedAt: 149 },
      { answer: passes, returnedAt: 150 },
    );
    expect(looksAtBakeEnds(rollout, 3, seededDraws(1))).toEqual([
      [undefined, undefined],
      ["threshold", undefined],
      ["threshold", "threshold"],
    ]);
  });

  it("take a bake of half a minute more for a minute more", () => {
    const { rollout } = rolloutOf([{ ...first, bakeSeconds: 90 }], {
      answer: (_, minute) => (minute === 2 ? "exposure" : undefined),
    });
    expect(looksAtBakeEnds(rollout, 1, seededDraws(1))).toEqual([["exposure"]]);
  });
});

describe("the time that a step takes to pass", () => {
  const hours = (steps: readonly Step[], power: number, ...told: readonly Told[]) => {
    const { rollout } = rolloutOf(steps, ...told);
    const { askedSecondsToPass, bakeSecondsToPass, ...rest } = timeToPass(rollout, power, told.length, seededDraws(2));
    expect(rest).toEqual({});
    return [askedSecondsToPass, bakeSecondsToPass].map((seconds) =>
      seconds === undefined ? undefined : seconds / 3600,
    );
  };

  it("is the first whole hour at which rollouts enough pass", () => {
    const four = [passing(3), passing(4), passing(4.5), never];
    // Of four: one from 3 h on, two from 4 h on, three from 5 h on.
    expect(hours([first, second], 0.25, ...four)).toEqual([3, 3]);
    expect(hours([first, second], 0.5, ...four)).toEqual([4, 4]);
    expect(hours([first, second], 0.75, ...four)).toEqual([5, 5]);
    expect(hours([first, second], 0.76, ...four)).toEqual([undefined, undefined]);
  });

  it("is shorter where the gate is asked each hour, and some pass at one time and others at another", () => {
    // At 3 h the first passes, at 4 h the second alone, from 6 h on both.
    const two = [passing(6), { answer: passing(3, 4).answer }];
    expect(hours([second], 1, ...two)).toEqual([6, undefined]);
    const later: Told = {
      answer: (step, minute) => passing(3, 4).answer(step, minute) ?? passing(8).answer(step, minute),
    };
    expect(hours([second], 1, passing(6), later)).toEqual([6, 8]);
  });

  it("begins with the first whole hour after the bake, at which it was asked already", () => {
    expect(hours([{ ...second, bakeSeconds: 3600 }], 1, passing(0))).toEqual([2, 2]);
    expect(hours([{ ...second, bakeSeconds: 3599 }], 1, passing(0))).toEqual([1, 1]);
    expect(hours([{ ...second, bakeSeconds: 5400 }], 1, passing(0))).toEqual([2, 2]);
    // What passes at an earlier hour alone was not asked.
    expect(hours([{ ...second, bakeSeconds: 5400 }], 1, passing(1, 2))).toEqual([undefined, undefined]);
  });

  it("is none where it takes more than a week", () => {
    expect(longestBakeHours).toBe(168);
    expect(hours([second], 1, passing(168))).toEqual([168, 168]);
    expect(hours([second], 1, passing(168.5))).toEqual([undefined, undefined]);
    expect(hours([{ ...second, bakeSeconds: 168 * 3600 }], 1, passing(0))).toEqual([undefined, undefined]);
    expect(hours([], 1, never)).toEqual([undefined, undefined]);
  });

  it("counts a rollout whose traffic was returned, in this step or one before, for one that does not pass", () => {
    const returned = [
      { ...passing(3), returnedAt: 10 },
      { ...passing(3), returnedAt: 100 },
      { ...passing(3), returnedAt: 30 + 5 * 60 + 1 },
    ];
    expect(hours([first, second], 1, ...returned.slice(0, 1), passing(3))).toEqual([undefined, undefined]);
    expect(hours([first, second], 0.5, ...returned.slice(0, 1), passing(3))).toEqual([3, 3]);
    expect(hours([first, second], 1, ...returned.slice(1, 2), passing(3))).toEqual([undefined, undefined]);
    // It passed for two hours before it was returned.
    expect(hours([first, second], 1, ...returned.slice(2), passing(6))).toEqual([6, undefined]);
  });

  it("lets the steps before it take their bakes, and looks at as many rollouts as it is told", () => {
    const { rollout, begun, weights } = rolloutOf([first, second], never, never, never);
    timeToPass(rollout, 0.5, 3, seededDraws(2));
    expect(begun).toEqual({ gates: 3, watches: 3 });
    expect(weights).toEqual([
      [50, 100],
      [50, 100],
      [50, 100],
    ]);
  });
});
