import { describe, expect, it } from "vitest";
import { falseRollbackPercent } from "../../../rollout/rollback-test/rollback-test.ts";
import { windowsSharePercent } from "../../../rollout/rollback-test/windows.ts";
import { guideSteps, planTest } from "./planned-test.ts";
import { type Behaviour, type RolloutEnd, seededRandom, simulateRollout } from "./simulated-rollout.ts";

/** Walks the guide's schedule so often. The seed is fixed, so a run gives the same each time. */
function simulate(behaviour: Behaviour, runs: number): readonly RolloutEnd[] {
  const random = seededRandom(1945);
  const test = planTest();
  return Array.from({ length: runs }, () => simulateRollout(test, guideSteps, behaviour, random));
}

const share = (ends: readonly RolloutEnd[], is: (end: RolloutEnd) => boolean) => ends.filter(is).length / ends.length;
const isReturned = ({ cause }: RolloutEnd) => cause !== undefined;

describe("a good release is not returned", () => {
  const good = { candidatePercent: 0.5, livePercent: 0.5 };
  it.each<[string, Omit<Behaviour, "requestsPerHour">]>([
    ["at C3's rate", good],
    ["at 1 %, as live", { candidatePercent: 1, livePercent: 1 }],
    ["where clients send a failing request 1.5 times", { ...good, meanSends: 1.5 }],
    ["where they send it twice", { ...good, meanSends: 2 }],
    ["where they send it three times", { ...good, meanSends: 3 }],
    ["where one in 20 requests opens a WebSocket", { ...good, upgradePercent: 5, failsInBalancer: true }],
    ["by day and by night", { ...good, followsTheDay: true }],
  ])("%s", (_, behaviour) => {
    for (const requestsPerHour of [40, 300]) {
      // 1 % may be returned. At that rate more than 7 of 150 come about in 1 of 4,000 trials; a seed that is fixed is one trial.
      const returned = simulate({ ...behaviour, requestsPerHour }, 150).filter(isReturned);
      expect(returned.length, `${requestsPerHour} requests an hour`).toBeLessThanOrEqual(7);
    }
  });
});

it("allows one false rollback in a hundred rollouts, by check and alarms together", () => {
  expect(falseRollbackPercent).toBeLessThanOrEqual(1);
});

describe("a bad release is returned", () => {
  it.each([
    [300, 10, 0.45],
    [300, 20, 0.85],
    [300, 100, 0.995],
    [40, 100, 0.65],
  ])(
    "at %i requests an hour, failing %i %: within the first step in %d of the runs",
    (requestsPerHour, candidatePercent, least) => {
      const ends = simulate({ requestsPerHour, candidatePercent, livePercent: 0.2 }, 400);
      expect(share(ends, (end) => isReturned(end) && end.minutes <= 120)).toBeGreaterThan(least);
      expect(share(ends, isReturned)).toBeGreaterThan(0.99);
    },
  );

  it.each([40, 300])(
    "in its first three failing minutes, where it fails from its first request, at %i an hour",
    (requestsPerHour) => {
      const ends = simulate({ requestsPerHour, candidatePercent: 100, livePercent: 0.5 }, 200);
      expect(ends.map(({ failingMinutes }) => failingMinutes)).toEqual(ends.map(() => 3));
    },
  );
});

describe("a release at A1's rate", () => {
  // At these rates one of the windows has as many requests as it allows, or a minute as many as fail most easily.
  it.each([6, 21, 62, 420, 1800])("is not returned by an alarm in a week of %i requests an hour", (requestsPerHour) => {
    const steps = [{ weightPercent: 100, bakeSeconds: 7 * 24 * 3600 }];
    const random = seededRandom(requestsPerHour);
    const runs = 60;
    const test = { boundaries: [], windows: planTest().windows, minimumFailingMinutes: 3 };
    let returned = 0;
    for (let run = 0; run < runs; run++) {
      const end = simulateRollout(test, steps, { requestsPerHour, candidatePercent: 1, livePercent: 1 }, random);
      if (end.cause !== undefined) returned++;
    }
    // Of 60, 0.23 are allowed; more than 3 come about in 1 of 8,000 such trials.
    expect(returned).toBeLessThanOrEqual((runs * windowsSharePercent) / 100 + 3);
  });
});
