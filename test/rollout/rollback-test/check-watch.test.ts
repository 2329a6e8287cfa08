import { describe, expect, it } from "vitest";
import { type Boundary, checkBoundaries, liveChangePart } from "../../../rollout/rollback-test/boundaries.ts";
import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import { type MinuteCounts, RollbackWatch } from "../../../rollout/rollback-test/rollback-watch.ts";
import { failingMinuteWindows } from "../../../rollout/rollback-test/windows.ts";
import { guideSteps, planTest } from "./planned-test.ts";
import { seededRandom } from "./simulated-rollout.ts";

interface Period {
  readonly candidateRequests: number;
  readonly candidateFailures: number;
  readonly liveRequests: number;
  readonly liveFailures: number;
}

/** Sums minutes to periods. What the load balancer answered is shared out by the requests without an answer. */
function periodsOf(minutes: readonly MinuteCounts[], periodMinutes: number): readonly Period[] {
  const groups = Map.groupBy(minutes, ({ minute }) => Math.floor(minute / periodMinutes));
  return [...groups.values()].map((group) => {
    const sum = (key: Exclude<keyof MinuteCounts, "minute">) => group.reduce((total, one) => total + one[key], 0);
    const unanswered = sum("candidateUnanswered") + sum("liveUnanswered");
    const part = unanswered === 0 ? 0 : Math.min(sum("byBalancer"), unanswered) / unanswered;
    return {
      candidateRequests: sum("candidateRequests"),
      candidateFailures: sum("candidateTaskFailures") + part * sum("candidateUnanswered"),
      liveRequests: sum("liveRequests"),
      liveFailures: sum("liveTaskFailures") + part * sum("liveUnanswered"),
    };
  });
}

/** Whether a boundary is reached after the last of these minutes, as its definition says, from every moment it may begin with. */
function isReached(boundary: Boundary, minutes: readonly MinuteCounts[], minimumFailingMinutes: number): boolean {
  const { periodMinutes, failingShare, leastRequests, requestsPerPeriod, nulls, liveMargin } = boundary;
  const { threshold = Number.POSITIVE_INFINITY, changeThreshold = Number.POSITIVE_INFINITY } = boundary;
  const periods = periodsOf(minutes, periodMinutes);
  const failing = (requests: number, failures: number, least: number) =>
    failures > failingShare * requests && requests >= least ? Math.min(1, failures) : 0;
  const counted = (requests: number) => Math.min(requests, requestsPerPeriod);
  const ofCandidate = periods.map(({ candidateRequests, candidateFailures }) => ({
    failing: failing(candidateRequests, candidateFailures, leastRequests),
    counted: counted(candidateRequests),
  }));
  const ofLive = periods.map(({ liveRequests, liveFailures }) => ({
    failing: failing(liveRequests, liveFailures, 1),
    counted: counted(liveRequests),
  }));
  if (ofCandidate.reduce((sum, one) => sum + one.failing, 0) < minimumFailingMinutes) return false;
  const liveRequests = periods.reduce((sum, one) => sum + one.liveRequests, 0);
  const liveFailures = periods.reduce((sum, one) => sum + one.liveFailures, 0);
  return nulls.some(({ ratePercent, perFailure, perRequest }) => {
    const since = (of: typeof ofCandidate, first: number) =>
      of.slice(first).reduce((sum, one) => sum + perFailure * one.failing - perRequest * one.counted, 0);
    const sinceAny = (of: typeof ofCandidate) => Math.max(0, ...of.map((_, first) => since(of, first)));
    if (100 * (liveFailures + liveMargin) > ratePercent * liveRequests) return false;
    if (since(ofCandidate, 0) >= threshold) return true;
    return sinceAny(ofCandidate) >= changeThreshold && sinceAny(ofLive) < liveChangePart * changeThreshold;
  });
}

/** The boundary that returns the traffic first: of several at once, one of longer periods, and of these the first. */
function firstReached(boundaries: readonly Boundary[], minutes: readonly MinuteCounts[], least: number) {
  for (let index = 0; index < minutes.length; index++) {
    const until = minutes.slice(0, index + 1);
    const reached = boundaries.filter((boundary) => isReached(boundary, until, least));
    const boundary = reached.find(({ periodMinutes }) => periodMinutes === 5) ?? reached[0];
    if (boundary !== undefined) return { minute: minutes[index]?.minute, boundary };
  }
  return undefined;
}

function returnedBy(boundaries: readonly Boundary[], minutes: readonly MinuteCounts[], least: number) {
  const watch = new RollbackWatch({ boundaries, windows: [], minimumFailingMinutes: least });
  for (const counts of minutes) {
    const cause = watch.add(counts);
    if (cause?.kind === "check") return { minute: counts.minute, boundary: cause.boundary };
  }
  return undefined;
}

/** Some minutes of both colours: with gaps, bursts, failures of the load balancer, and a colour that turns bad. */
function drawMinutes(random: () => number): readonly MinuteCounts[] {
  const busy = random() < 0.3 ? 6 : 2;
  const [rate, lateRate, liveLateRate] = [
    random() < 0.5 ? 0 : 0.1,
    random() < 0.5 ? 0.7 : 0.1,
    random() < 0.3 ? 0.5 : 0,
  ];
  const unansweredRate = random() < 0.4 ? 0.3 : 0;
  const minutes: MinuteCounts[] = [];
  for (let minute = 0; minute < 45; minute++) {
    if (random() < 0.3) continue;
    const late = minute >= 20;
    const colour = (failing: number, most: number) => {
      const requests = Math.floor(random() * (most + 1));
      const failures = Array.from({ length: requests }, random).filter((one) => one < failing).length;
      const unanswered = random() < unansweredRate ? Math.min(requests, failures + Math.floor(random() * 2)) : 0;
      return { requests, unanswered, failures: unanswered > 0 ? 0 : failures };
    };
    const [candidate, live] = [colour(late ? lateRate : rate, busy), colour(late ? liveLateRate : 0.003, 6 * busy)];
    minutes.push({
      minute,
      candidateRequests: candidate.requests,
      candidateTaskFailures: candidate.failures,
      candidateUnanswered: candidate.unanswered,
      liveRequests: live.requests,
      liveTaskFailures: live.failures,
      liveUnanswered: live.unanswered,
      byBalancer: Math.floor(random() * (candidate.unanswered + live.unanswered + 1.5)),
    });
  }
  return minutes;
}

/** Boundaries that some minutes reach, for each way that one can be made. */
function eagerBoundaries(): readonly Boundary[] {
  const [near, far] = [0.5, 4].map((ratePercent) => {
    const perRequest = Math.log((1 - ratePercent / 100) / (1 - 0.2));
    return { ratePercent, perFailure: Math.log(20 / ratePercent) + perRequest, perRequest };
  });
  if (near === undefined || far === undefined) throw new Error("no nulls");
  const common = { alternativePercent: 20, failingShare: 0.125, leastRequests: 1, requestsPerPeriod: 5, liveMargin: 0 };
  return [
    { ...common, periodMinutes: 1, threshold: 9, nulls: [near, far], liveMargin: 2 },
    { ...common, periodMinutes: 1, changeThreshold: 11, nulls: [near, far], leastRequests: 3 },
    { ...common, periodMinutes: 5, threshold: 5, changeThreshold: 9, nulls: [near], failingShare: 0.3 },
    { ...common, periodMinutes: 5, changeThreshold: 6, nulls: [near, far], liveMargin: -3, requestsPerPeriod: 2 },
    // Live may fail as often as it likes, as long as it has not just turned bad.
    { ...common, periodMinutes: 1, changeThreshold: 13, nulls: [near], liveMargin: -60 },
  ];
}

describe("the minute check", () => {
  it("returns the traffic in the minute, and by the boundary, that the definition says", () => {
    const random = seededRandom(3);
    const boundaries = eagerBoundaries();
    const ends = new Map<Boundary | undefined, number>();
    for (let run = 0; run < 300; run++) {
      const minutes = drawMinutes(random);
      // One alone, so that each is seen to the end; and all together.
      const least = run % 2 === 0 ? 2 : 5;
      const one = [boundaries[run % 5]].filter((boundary) => boundary !== undefined);
      for (const watched of run % 6 === 0 ? [one, boundaries] : [one]) {
        const expected = firstReached(watched, minutes, least);
        expect(returnedBy(watched, minutes, least)).toEqual(expected);
        ends.set(expected?.boundary, (ends.get(expected?.boundary) ?? 0) + 1);
      }
    }
    // Each of them returns some, and some rollouts go on.
    expect(ends.size).toBe(6);
    for (const [, times] of ends) expect(times).toBeGreaterThan(5);
  });

  /** One failing request a minute, which counts 1 and takes nothing off, so that scores are whole numbers. */
  const whole: Boundary = {
    alternativePercent: 90,
    periodMinutes: 1,
    failingShare: 0.5,
    leastRequests: 1,
    requestsPerPeriod: 1,
    liveMargin: 0,
    nulls: [{ ratePercent: 100, perFailure: 1, perRequest: 0 }],
  };

  function wholeMinute(minute: number, liveFailures: number): MinuteCounts {
    const none = { candidateUnanswered: 0, liveUnanswered: 0, byBalancer: 0 };
    return {
      ...none,
      minute,
      candidateRequests: 1,
      candidateTaskFailures: 1,
      liveRequests: 1,
      liveTaskFailures: liveFailures,
    };
  }

  it.each(["threshold", "changeThreshold"] as const)("returns the traffic where a score is just its %s", (name) => {
    const minutes = Array.from({ length: 6 }, (_, minute) => wholeMinute(minute, 0));
    expect(returnedBy([{ ...whole, [name]: 4 }], minutes, 1)?.minute).toBe(3);
  });

  it("returns nothing for a change where live's score is just the part of it that shows a change too", () => {
    const changeThreshold = 1 / liveChangePart;
    const returnedAfter = (liveFailures: number) => {
      const minutes = Array.from({ length: changeThreshold }, (_, minute) =>
        wholeMinute(minute, minute === 2 ? liveFailures : 0),
      );
      return returnedBy([{ ...whole, changeThreshold }], minutes, 1)?.minute;
    };
    expect(returnedAfter(0)).toBe(changeThreshold - 1);
    expect(returnedAfter(1)).toBeUndefined();
  });

  it("is planned from C3, A1 and the schedule, for a week at least", () => {
    const week = 7 * 24 * 60;
    expect(planTest()).toEqual({
      boundaries: checkBoundaries({ objectivePercent: 0.5, rolloutMinutes: week }),
      windows: failingMinuteWindows({ errorRatePercent: 1, rolloutMinutes: week, minimumFailingPeriods: 3 }),
      minimumFailingMinutes: 3,
    });
    const settings = { objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3 };
    const long = [...guideSteps, { weightPercent: 100, bakeSeconds: 10 * 24 * 3600 }];
    const rolloutMinutes = 62 * 60 + 10 * 24 * 60;
    expect(planRollbackTest({ ...settings, steps: long }).boundaries).toEqual(
      checkBoundaries({ objectivePercent: 0.5, rolloutMinutes }),
    );
  });
});
