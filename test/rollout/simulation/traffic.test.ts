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
    const minutes = minutesOf(traffic, { weight: 0.5, days: 5 });
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

  it("shares out what the load balancer answered by the colours' requests without an answer", () => {
    const kind = { ...evenTraffic, upgradeShare: 0.1 };
    const minutes = minutesOf({ kind, failureRate: 0.1, liveFailureRate: 0.05, requestsPerHour: 600 }, { days: 5 });
    for (const minute of minutes) {
      const { candidateUnanswered, liveUnanswered, byBalancer, candidateShare, liveShare } = minute;
      const both = candidateUnanswered + liveUnanswered;
      expect(candidateShare).toBeCloseTo(byBalancer === 0 ? 0 : (byBalancer * candidateUnanswered) / both, 9);
      expect(liveShare).toBeCloseTo(byBalancer === 0 ? 0 : (byBalancer * liveUnanswered) / both, 9);
    }
    // Without an answer of a task are all failures, and a tenth of what went well.
    const all = 5 * 24 * 600;
    expectNear(
      sum(minutes, ({ candidateUnanswered }) => candidateUnanswered),
      all * 0.25 * (0.1 + 0.9 * 0.1),
    );
    expectNear(
      sum(minutes, ({ liveUnanswered }) => liveUnanswered),
      all * 0.75 * (0.05 + 0.95 * 0.1),
    );
    expectNear(
      sum(minutes, ({ byBalancer }) => byBalancer),
      all * (0.25 * 0.1 + 0.75 * 0.05),
    );
  });

  it("counts what tasks answered where nobody opens a WebSocket, and nothing else", () => {
    for (const minute of minutesOf({}, { days: 2 })) {
      expect(minute).toMatchObject({
        candidateTaskFailures: minute.failed,
        candidateShare: minute.failed,
        liveShare: minute.liveTaskFailures,
        candidateUnanswered: 0,
        liveUnanswered: 0,
        byBalancer: 0,
      });
    }
  });

  it.each([20, 600])("lets %d s pass between two sends, on average, so that they come in later minutes", (seconds) => {
    const kind = { ...evenTraffic, sendsPerFailure: 3, secondsBetweenSends: seconds };
    // So quiet that one client is done before the next one comes.
    const minutes = minutesOf({ kind, requestsPerHour: 0.005, failureRate: 1 }, { weight: 1, days: 400_000 });
    const clients: DrawnMinute[][] = [];
    for (const minute of minutes) {
      const last = clients.at(-1);
      if (last === undefined || minute.minute - (last.at(-1)?.minute ?? 0) > seconds / 4) clients.push([minute]);
      else last.push(minute);
    }
    const sends = sum(minutes, ({ candidateRequests }) => candidateRequests);
    expect(sum(minutes, ({ failed }) => failed)).toBe(sends);
    expect(sends / clients.length).toBeGreaterThan(2.93);
    // Some clients come while another one still sends, and count as one here.
    expect(sends / clients.length).toBeLessThan(3.1);
    // From the first send to the last one there are two waits on average.
    const spans = clients.map((sent) => (sent.at(-1)?.minute ?? 0) - (sent[0]?.minute ?? 0));
    const span = spans.reduce((total, one) => total + one, 0) / spans.length;
    expect(span).toBeGreaterThan((0.95 * 2 * seconds) / 60);
    expect(span).toBeLessThan((1.06 * 2 * seconds) / 60);
  });

  it("begins anew where it is asked, and ends before the minute that it is asked for", () => {
    const traffic = { kind: evenTraffic, requestsPerHour: 6000, failureRate: 0, liveFailureRate: 0 };
    const busy = new TrafficMinutes(traffic, seededDraws(3));
    expect([busy.next(7, 9, 0.5)?.minute, busy.next(8, 9, 0.5)?.minute, busy.next(9, 9, 0.5)]).toEqual([
      7,
      8,
      undefined,
    ]);
    const quiet = new TrafficMinutes({ ...traffic, requestsPerHour: 0.001 }, seededDraws(3));
    expect(quiet.next(0, 60, 0.5)).toBeUndefined();
    const late = quiet.next(5000, 100_000_000, 0.5);
    expect(late?.minute).toBeGreaterThan(5000);
    expect((late?.candidateRequests ?? 0) + (late?.liveRequests ?? 0)).toBe(1);
  });
});

describe("busiestShare", () => {
  it("is the mean where traffic is even or the stretch has whole days", () => {
    expect(busiestShare(evenTraffic, 3600)).toBe(1);
    expect(busiestShare(followsTheDay, 48 * 3600)).toBe(1);
    expect(busiestShare(followsTheDay, 24 * 3600)).toBe(1);
  });

  it.each([1, 2, 3, 8, 13, 22, 23])("is that of the %d hours around 15:00, by the sum of a cosine", (hours) => {
    // Hours begin at the full hour, so an odd number of them lies half an hour beside it.
    const beside = hours % 2 === 1 ? Math.cos(Math.PI / 24) : 1;
    const mean = (Math.sin((hours * Math.PI) / 24) / (hours * Math.sin(Math.PI / 24))) * beside;
    expect(busiestShare(followsTheDay, hours * 3600)).toBeCloseTo(1 + 0.9 * mean, 9);
    expect(busiestShare(followsTheDay, (hours - 1) * 3600 + 1)).toBeCloseTo(1 + 0.9 * mean, 9);
  });

  it("is that of an hour for a shorter stretch", () => {
    expect(busiestShare(followsTheDay, 0)).toBe(busiestShare(followsTheDay, 3600));
  });
});
