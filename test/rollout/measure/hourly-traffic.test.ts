import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type HourOfTraffic,
  historyHours,
  latestRequestsPerMinute,
  meanRequestsPerHour,
  provenRequestsPerMinutePerTask,
} from "../../../rollout/measure/hourly-traffic.ts";

/** An hour in which both of live's tasks had the same and the candidate nothing. */
function hour(liveRequests: number, over: Partial<HourOfTraffic> = {}): HourOfTraffic {
  return {
    from: "2026-11-23T12:00:00.000Z",
    requests: liveRequests,
    liveRequests,
    liveErrors: 0,
    liveRequestsPerTask: liveRequests / 2,
    ...over,
  };
}

describe("meanRequestsPerHour", () => {
  it("counts the hours without a request", () => {
    expect(meanRequestsPerHour([hour(300), hour(0), hour(0), hour(100)])).toBe(100);
    expect(meanRequestsPerHour([hour(0)])).toBe(0);
  });

  it("counts the requests of both colours", () => {
    expect(meanRequestsPerHour([hour(75, { requests: 100 })])).toBe(100);
  });

  it("is unknown without an hour", () => {
    expect(meanRequestsPerHour([])).toBeUndefined();
  });
});

describe("latestRequestsPerMinute", () => {
  it("is that of the last hour", () => {
    expect(latestRequestsPerMinute([hour(6000), hour(60)])).toBe(1);
    expect(latestRequestsPerMinute([hour(6000), hour(0)])).toBe(0);
  });

  it("is unknown without an hour", () => {
    expect(latestRequestsPerMinute([])).toBeUndefined();
  });
});

describe("provenRequestsPerMinutePerTask", () => {
  it("is what a task had in the busiest hour, in a minute", () => {
    expect(provenRequestsPerMinutePerTask([hour(120), hour(1200), hour(240)], 1)).toBe(10);
  });

  it("leaves out the hours in which live had more errors than the threshold allows", () => {
    const overloaded = hour(12_000, { liveErrors: 121 });
    expect(provenRequestsPerMinutePerTask([hour(1200), overloaded], 1)).toBe(10);
    expect(provenRequestsPerMinutePerTask([hour(1200), { ...overloaded, liveErrors: 120 }], 1)).toBe(100);
    expect(provenRequestsPerMinutePerTask([overloaded], 1)).toBeUndefined();
  });

  it("asks nothing of the candidate's errors or requests", () => {
    expect(provenRequestsPerMinutePerTask([hour(0, { requests: 5000, liveRequestsPerTask: 0 })], 1)).toBeUndefined();
  });

  it("is unknown where nobody knows how many requests a task had, or no hour had one", () => {
    expect(provenRequestsPerMinutePerTask([], 1)).toBeUndefined();
    expect(provenRequestsPerMinutePerTask([hour(0)], 1)).toBeUndefined();
    expect(provenRequestsPerMinutePerTask([hour(600, { liveRequestsPerTask: 0 })], 1)).toBeUndefined();
  });

  const hours = fc.array(
    fc.nat(5000).chain((liveRequests) =>
      fc.record({ liveErrors: fc.nat(liveRequests), liveRequestsPerTask: fc.nat(liveRequests) }).map((over) => {
        return hour(liveRequests, over);
      }),
    ),
    { maxLength: 40 },
  );

  it("never falls by looking at more hours, in whichever order, or by allowing more errors", () => {
    const proven = (of: readonly HourOfTraffic[], percent: number) => provenRequestsPerMinutePerTask(of, percent) ?? 0;
    fc.assert(
      fc.property(hours, hours, fc.double({ min: 0, max: 100, noNaN: true }), (some, more, percent) => {
        const all = proven([...some, ...more], percent);
        expect(all).toBe(Math.max(proven(some, percent), proven(more, percent)));
        expect(proven([...more, ...some].reverse(), percent)).toBe(all);
        expect(proven([...some, ...more], 100)).toBeGreaterThanOrEqual(all);
      }),
    );
  });
});

it("looks at two whole weeks", () => {
  expect(historyHours / 24).toBe(14);
});
