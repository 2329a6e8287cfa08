import { describe, expect, it } from "vitest";
import { seededDraws } from "../../../rollout/simulation/random.ts";
import {
  busiestShare,
  type DrawnMinute,
  evenTraffic,
  type Traffic,
  TrafficMinutes,
} from "../../../rollout/simulation/traffic.ts";

const followsTheDay = { ...evenTraffic, followsTheDay: true };

/** The minutes of some days, as copies, because each is filled anew. */
function minutesOf(traffic: Partial<Traffic>, { weight = 0.25, days = 40 } = {}): DrawnMinute[] {
  const minutes = new TrafficMinutes(
    { kind: evenTraffic, requestsPerHour: 300, failureRate: 0.02, liveFailureRate: 0.01, ...traffic },
    seededDraws(11),
  );
  const found: DrawnMinute[] = [];
  for (let from = 0; ; from = (found.at(-1)?.minute ?? 0) + 1) {
    const next = minutes.next(from, days * 24 * 60, weight);
    if (next === undefined) return found;
    found.push({ ...next });
  }
}

function sum(minutes: readonly DrawnMinute[], of: (minute: DrawnMinute) => number): number {
  return minutes.reduce((total, minute) => total + of(minute), 0);
}

/** Within what a sum of so many independent draws misses once in ten thousand samples; repeats draw apart by their number. */
function expectNear(found: number, mean: number, repeats = 1): void {
  expect(Math.abs(found - mean)).toBeLessThan(4 * Math.sqrt(mean * repeats) + 1);
}

describe("TrafficMinutes", () => {
  it.each([
    [3, 0.05],
    [300, 0.25],
    [3000, 0.5],
  ])(
    "splits %d requests an hour by the weight %d, and lets requests fail by their colour's rate",
    (perHour, weight) => {
      const minutes = minutesOf({ requestsPerHour: perHour }, { weight });
      const all = 40 * 24 * perHour;
      expectNear(
        sum(minutes, (minute) => minute.candidateRequests),
        all * weight,
      );
      expectNear(
        sum(minutes, (minute) => minute.liveRequests),
        all * (1 - weight),
      );
      expectNear(
        sum(minutes, (minute) => minute.failed),
        all * weight * 0.02,
      );
      expectNear(
        sum(minutes, (minute) => minute.liveTaskFailures),
        all * (1 - weight) * 0.01,
      );
    },
  );

  it("leaves out the minutes without a request, and those alone", () => {
    const minutes = minutesOf({ requestsPerHour: 40, liveFailureRate: undefined }, { weight: 0.05 });
    expect(minutes.every((minute) => minute.candidateRequests > 0 && minute.liveRequests === 0)).toBe(true);
    const share = 1 - Math.exp((-40 / 60) * 0.05);
    expectNear(minutes.length, 40 * 24 * 60 * share);
  });

  it("gives live nothing at 100 %", () => {
    expect(sum(minutesOf({}, { weight: 1 }), (minute) => minute.liveRequests)).toBe(0);
  });

  it("follows the day with the same mean", () => {
    const minutes = minutesOf({ kind: followsTheDay }, { weight: 1 });
    expectNear(
      sum(minutes, (minute) => minute.candidateRequests),
      40 * 24 * 300,
    );
    // It begins at 9:00, so that 3:00 comes 18 hours later.
    const atHour = (hour: number) =>
      sum(
        minutes.filter(({ minute }) => Math.floor(minute / 60) % 24 === hour),
        (minute) => minute.candidateRequests,
      );
    expect(atHour(18)).toBeLessThan(0.15 * 40 * 300);
    expect(atHour(6)).toBeGreaterThan(1.8 * 40 * 300);
  });

  it.each([1.5, 2, 3])("sends a failing request %d times on average, and keeps the share that fails", (sends) => {
    const kind = { ...evenTraffic, sendsPerFailure: sends };
    const minutes = minutesOf({ kind }, { weight: 1 });
    const requests = sum(minutes, (minute) => minute.candidateRequests);
    const failed = sum(minutes, (minute) => minute.failed);
    expectNear(requests, 40 * 24 * 300, 1.2);
    expectNear(failed, 0.02 * 40 * 24 * 300, 2 * sends);
    // Repeats come in bunches: fewer minutes have a failure than without them.
    const failing = minutes.filter((minute) => minute.failed > 0).length;
    const plain = minutesOf({}, { weight: 1 }).filter((minute) => minute.failed > 0).length;
    expect(failing).toBeLessThan(0.9 * plain);
  });

  it("mistakes live's failures for the candidate's where a WebSocket was opened in the same minute", () => {
    const kind = { ...evenTraffic, upgradeShare: 0.05 };
    const traffic = { kind, requestsPerHour: 3000, failureRate: 0, liveFailureRate: 0.02 };
    const minutes = minutesOf(traffic, { weight: 0.5 });
    const atMost = ({ candidateUnanswered, byBalancer }: DrawnMinute) => Math.min(candidateUnanswered, byBalancer);
    const taken = sum(minutes, atMost);
    expect(sum(minutes, (minute) => minute.failed)).toBe(0);
    expect(taken).toBeGreaterThan(0);
    for (const minute of minutes) {
      expect(minute.candidateTaskFailures + minute.liveTaskFailures).toBe(0);
      expect(minute.byBalancer).toBeLessThanOrEqual(minute.liveUnanswered);
      expect(minute.candidateShare + minute.liveShare).toBeCloseTo(minute.byBalancer, 9);
    }
  });
});

describe("busiestShare", () => {
  it("is the mean where traffic is even or the stretch has whole days", () => {
    expect(busiestShare(evenTraffic, 3600)).toBe(1);
    expect(busiestShare(followsTheDay, 48 * 3600)).toBe(1);
  });

  it("is that of the afternoon for a short stretch, and falls with its length", () => {
    expect(busiestShare(followsTheDay, 3600)).toBeCloseTo(1.892, 2);
    expect(busiestShare(followsTheDay, 8 * 3600)).toBeLessThan(busiestShare(followsTheDay, 4 * 3600));
  });
});
