import { expect, it } from "vitest";
import { RollbackWatch } from "../../../rollout/rollback-test/rollback-watch.ts";
import type { FailingMinutes } from "../../../rollout/rollback-test/windows.ts";
import { minuteOf, planTest, type TaskMinute } from "./planned-test.ts";
import { seededRandom } from "./simulated-rollout.ts";

const quiet = { candidateRequests: 0, candidateFailures: 0, liveRequests: 0, liveFailures: 0 };

/** The minute after which traffic returns, and by what. */
function returned(minutes: readonly TaskMinute[], test = planTest()) {
  const watch = new RollbackWatch(test);
  for (const counts of minutes) {
    const cause = watch.add(minuteOf(counts));
    if (cause !== undefined) return { minute: counts.minute, kind: cause.kind };
  }
  return undefined;
}

it.each([1, 2, 5, 25, 500])(
  "returns a release that fails all of %i requests a minute in its third failing minute",
  (requests) => {
    const minutes = [0, 7, 30, 31].map((minute) => ({
      ...quiet,
      minute,
      candidateRequests: requests,
      candidateFailures: requests,
    }));
    expect(returned(minutes)).toEqual({ minute: 30, kind: "check" });
  },
);

it.each([
  ["three failures in 30 requests", 10, 0, 30],
  ["one failure in each minute of five requests", 5, 0, 6],
])("returns by the check: %s", (_, requestsPerFailure, liveFailures, most) => {
  const minutes = Array.from({ length: 40 }, (_minute, minute) => ({
    minute,
    candidateRequests: requestsPerFailure,
    candidateFailures: 1,
    liveRequests: 1000,
    liveFailures,
  }));
  const end = returned(minutes);
  expect(end?.kind).toBe("check");
  expect(end?.minute).toBeLessThan(most);
});

it("returns nothing for two failing minutes, nor for one client that repeats within a minute", () => {
  const failing = { ...quiet, candidateRequests: 1, candidateFailures: 1 };
  expect(returned([0, 1].map((minute) => ({ ...failing, minute })))).toBeUndefined();
  expect(returned([{ ...quiet, minute: 0, candidateRequests: 40, candidateFailures: 40 }])).toBeUndefined();
});

it("returns nothing where live fails alike", () => {
  const alike = (liveShare: number) =>
    Array.from({ length: 600 }, (_, minute) => ({
      minute,
      candidateRequests: 5,
      candidateFailures: minute % 4 === 0 ? 1 : 0,
      liveRequests: 95,
      liveFailures: Math.round(95 * liveShare),
    }));
  expect(returned(alike(0))).toMatchObject({ kind: "check" });
  expect(returned(alike(0.05))).toBeUndefined();
});

it("keeps an alarm silent while live's goes off too", () => {
  const windows: readonly FailingMinutes[] = [
    { minutes: 10, periodMinutes: 1, failingPeriods: 7, failingShare: 0.5625, leastRequests: 1 },
  ];
  const test = { boundaries: [], windows, minimumFailingMinutes: 3 };
  const failing = (liveFailures: number) =>
    Array.from({ length: 20 }, (_, minute) => ({
      minute,
      candidateRequests: 2,
      candidateFailures: 2,
      liveRequests: 2,
      liveFailures,
    }));
  expect(returned(failing(0), test)).toEqual({ minute: 6, kind: "alarm" });
  expect(returned(failing(2), test)).toBeUndefined();
});

it("computes what a look at each single minute computes", () => {
  const random = seededRandom(11);
  const windows: readonly FailingMinutes[] = [
    { minutes: 7, periodMinutes: 1, failingPeriods: 3, failingShare: 0.5, leastRequests: 2 },
    { minutes: 15, periodMinutes: 5, failingPeriods: 3, failingShare: 0.3, leastRequests: 1 },
    { minutes: 20, periodMinutes: 5, failingPeriods: 3, failingShare: 0, leastRequests: 1, mostRequests: 9 },
    { minutes: 15, periodMinutes: 1, failingPeriods: 4, failingShare: 0, leastRequests: 1, mostRequests: 7 },
  ];
  let alarms = 0;
  for (let run = 0; run < 200; run++) {
    const minutes: TaskMinute[] = [];
    for (let minute = 0; minute < 200; minute++) {
      if (random() < 0.6) continue;
      // Some gaps are longer than every window.
      if (random() < 0.02) minute += 30;
      const candidateRequests = 1 + Math.floor(random() * 3);
      const liveRequests = Math.floor(random() * 4);
      minutes.push({
        minute,
        candidateRequests,
        candidateFailures: random() < 0.25 ? 1 + Math.floor(random() * candidateRequests) : 0,
        liveRequests,
        liveFailures: random() < 0.05 ? liveRequests : 0,
      });
    }
    const found = returned(minutes, { boundaries: [], windows, minimumFailingMinutes: 3 });
    const expected = byEachMinute(minutes, windows);
    expect(found?.minute).toBe(
      expected === undefined ? undefined : minutes.find(({ minute }) => minute >= expected)?.minute,
    );
    if (found !== undefined) alarms++;
  }
  expect(alarms).toBeGreaterThan(25);
  expect(alarms).toBeLessThan(200);
});

/** The first minute at whose end a window of the candidate fires and none of live's does. */
function byEachMinute(all: readonly TaskMinute[], windows: readonly FailingMinutes[]): number | undefined {
  const last = all.at(-1)?.minute ?? 0;
  const fires = (at: number, colour: "candidate" | "live") =>
    windows.some((window) => {
      const { minutes, periodMinutes, failingShare, leastRequests, mostRequests = Number.POSITIVE_INFINITY } = window;
      const periodOf = (minute: number) => Math.floor(minute / periodMinutes);
      const last = all.filter(
        ({ minute }) => minute <= at && periodOf(minute) > periodOf(at) - minutes / periodMinutes,
      );
      const periods = Map.groupBy(last, ({ minute }) => periodOf(minute));
      const failing = [...periods.values()].filter((period) => {
        const sum = (what: "Failures" | "Requests") =>
          period.reduce((total, one) => total + one[`${colour}${what}`], 0);
        return sum("Failures") > failingShare * sum("Requests") && sum("Requests") >= leastRequests;
      });
      const within = all.filter(({ minute }) => minute > at - minutes && minute <= at);
      const requests = within.reduce((sum, one) => sum + one[`${colour}Requests`], 0);
      return failing.length >= window.failingPeriods && requests <= mostRequests;
    });
  for (let at = 0; at <= last; at++) if (fires(at, "candidate") && !fires(at, "live")) return at;
  return undefined;
}

it.each([
  ["as many as the load balancer answered", { unanswered: 2, byBalancer: 2 }, 6],
  ["no more than it answered", { unanswered: 2, byBalancer: 1 }, undefined],
  ["none, where each request was answered", { unanswered: 0, byBalancer: 2 }, undefined],
  ["none, where it answered nothing itself", { unanswered: 2, byBalancer: 0 }, undefined],
])("counts of the requests without an answer, for an alarm: %s", (_, { unanswered, byBalancer }, minute) => {
  const windows: readonly FailingMinutes[] = [
    { minutes: 10, periodMinutes: 1, failingPeriods: 7, failingShare: 0.6, leastRequests: 1 },
  ];
  const watch = new RollbackWatch({ boundaries: [], windows, minimumFailingMinutes: 3 });
  const counts = { candidateRequests: 2, candidateTaskFailures: 0, liveTaskFailures: 0, liveUnanswered: 0 };
  const fired = Array.from({ length: 12 }, (_minute, at) => at).find(
    (at) => watch.add({ ...counts, minute: at, liveRequests: 2, candidateUnanswered: unanswered, byBalancer })?.kind,
  );
  expect(fired).toBe(minute);
});

it("adds up both kinds of failures over a period of five minutes, of the candidate as of live", () => {
  const windows: readonly FailingMinutes[] = [
    { minutes: 15, periodMinutes: 5, failingPeriods: 3, failingShare: 0.3, leastRequests: 4 },
  ];
  const fired = (live: { readonly task: number; readonly unanswered: number }) => {
    const watch = new RollbackWatch({ boundaries: [], windows, minimumFailingMinutes: 3 });
    for (let minute = 0; minute < 20; minute++) {
      // Of the five requests of a period one fails in a task and one in the load balancer.
      const at = minute % 5;
      const cause = watch.add({
        minute,
        candidateRequests: 1,
        candidateTaskFailures: at === 0 ? 1 : 0,
        candidateUnanswered: at === 1 ? 1 : 0,
        liveRequests: 1,
        liveTaskFailures: at === 0 ? live.task : 0,
        liveUnanswered: at === 1 ? live.unanswered : 0,
        byBalancer: at === 1 ? 1 : 0,
      });
      if (cause !== undefined) return minute;
    }
    return undefined;
  };
  // In the third period the second failure comes in its second minute, where 2 of 2 requests failed, but 4 are needed.
  expect(fired({ task: 0, unanswered: 0 })).toBe(13);
  expect(fired({ task: 1, unanswered: 0 })).toBe(13);
  expect(fired({ task: 1, unanswered: 1 })).toBeUndefined();
});
