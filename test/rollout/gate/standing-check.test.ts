import { describe, expect, it } from "vitest";
import { type CheckMemory, toCost } from "../../../rollout/gate/exposure.ts";
import {
  planRollbackTest,
  type RollbackTest,
  rollbackDelayMinutes,
} from "../../../rollout/rollback-test/rollback-test.ts";
import { type MinuteCounts, RollbackWatch } from "../../../rollout/rollback-test/rollback-watch.ts";
import { seededDraws } from "../../../rollout/simulation/random.ts";
import { guideSchedule } from "../../support/rollout.ts";

const { steps } = guideSchedule;
const step = { weightPercent: 50, bakeSeconds: 8 * 3600 };
const planned = () => planRollbackTest({ objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3, steps });

/** Minutes of both colours, whose tasks answer everything. */
function drawMinutes(
  from: number,
  until: number,
  random: () => number,
  rates: { readonly candidate: number; readonly live: number },
): readonly MinuteCounts[] {
  const failuresOf = (requests: number, rate: number) =>
    Array.from({ length: requests }, random).filter((one) => one < rate).length;
  return Array.from({ length: until - from }, (_, index) => {
    const [candidateRequests, liveRequests] = [Math.floor(random() * 4), Math.floor(random() * 12)];
    return {
      minute: from + index,
      candidateRequests,
      candidateTaskFailures: failuresOf(candidateRequests, rates.candidate),
      candidateUnanswered: 0,
      liveRequests,
      liveTaskFailures: failuresOf(liveRequests, rates.live),
      liveUnanswered: 0,
      byBalancer: 0,
    };
  });
}

/** What a check that saw these minutes holds, added up period by period. */
function memoryOf(minutes: readonly MinuteCounts[], { boundaries }: RollbackTest): CheckMemory {
  return {
    requestsByBoundary: boundaries.map(({ periodMinutes, requestsPerPeriod }) =>
      [...Map.groupBy(minutes, ({ minute }) => Math.floor(minute / periodMinutes)).values()].reduce(
        (sum, period) =>
          sum +
          Math.min(
            requestsPerPeriod,
            period.reduce((all, { candidateRequests }) => all + candidateRequests, 0),
          ),
        0,
      ),
    ),
    liveRequests: minutes.reduce((sum, { liveRequests }) => sum + liveRequests, 0),
    liveFailures: minutes.reduce((sum, { liveTaskFailures }) => sum + liveTaskFailures, 0),
  };
}

type Watch = Pick<RollbackWatch, "add">;

function returnedAt(watch: Watch, minutes: readonly MinuteCounts[]): number | undefined {
  return minutes.find((minute) => watch.add(minute) !== undefined)?.minute;
}

/** When both return what fails after so many minutes without a failure: the check that saw them, and the one that is simulated. */
function bothReturn(
  test: RollbackTest,
  minutesBefore: number,
  rates: { candidate: number; live: number },
  seed: number,
) {
  const random = seededDraws(seed).uniform;
  const before = drawMinutes(0, minutesBefore, random, { candidate: 0, live: rates.live });
  const after = drawMinutes(minutesBefore, minutesBefore + 480, random, rates);
  const seen = new RollbackWatch(test);
  for (const minute of before) seen.add(minute);
  const memory = memoryOf(before, test);
  const standing = toCost({ step, requestsPerHour: 300, rollbackTest: test, memory }).startWatch();
  return [returnedAt(seen, after), returnedAt(standing, after)] as const;
}

describe("the check that goes on from what it remembers", () => {
  it.each([
    ["check and alarms", (test: RollbackTest) => test],
    ["the check alone", (test: RollbackTest) => ({ ...test, windows: [] })],
    [
      "what counts since the first traffic",
      (test: RollbackTest) => ({
        ...test,
        windows: [],
        boundaries: test.boundaries.filter(({ threshold }) => threshold !== undefined),
      }),
    ],
    [
      "what counts since any moment",
      (test: RollbackTest) => ({
        ...test,
        windows: [],
        boundaries: test.boundaries.filter(({ threshold }) => threshold === undefined),
      }),
    ],
  ])("returns in the same minute as one that saw everything, where live fails nothing: %s", (_, part) => {
    const test = part(planned());
    const ends = new Set<number | undefined>();
    for (let run = 0; run < 60; run++) {
      const minutesBefore = [0, 120, 360][run % 3] ?? 0;
      const candidate = [0.05, 0.15, 0.4, 1][run % 4] ?? 0;
      const [seen, standing] = bothReturn(test, minutesBefore, { candidate, live: 0 }, 100 + run);
      expect([run, standing]).toEqual([run, seen]);
      ends.add(seen);
    }
    expect(ends.size).toBeGreaterThan(20);
  });

  it("returns no sooner than one that saw everything, where live fails too", () => {
    const test = planned();
    const sinceFirst = {
      ...test,
      windows: [],
      boundaries: test.boundaries.filter(({ threshold }) => threshold !== undefined),
    };
    let alike = 0;
    for (let run = 0; run < 80; run++) {
      const live = [0.004, 0.012, 0.03][run % 3] ?? 0;
      const candidate = [0.15, 0.4, 1][run % 4] ?? 0.25;
      const [seen, standing] = bothReturn(sinceFirst, 360, { candidate, live }, 300 + run);
      expect(standing ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(seen ?? Number.POSITIVE_INFINITY);
      if (standing === seen) alike += 1;
    }
    expect(alike).toBeGreaterThan(60);
  });

  it("acts so many minutes after the one that decides as the planned one does", () => {
    const memory = { requestsByBoundary: [], liveRequests: 0, liveFailures: 0 };
    const cost = toCost({ step, requestsPerHour: 7, rollbackTest: planned(), memory });
    expect(cost).toMatchObject({ step, requestsPerHour: 7, rollbackDelayMinutes, liveFailureRate: 0 });
  });
});
