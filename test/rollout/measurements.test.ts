import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  closedWindow,
  countingPeriodSeconds,
  type HourOfTraffic,
  historyHours,
  latestRequestsPerMinute,
  meanRequestsPerHour,
  provenRequestsPerMinutePerTask,
  watchedSince,
} from "../../rollout/measurements.ts";
import type { HistoryEntry } from "../../rollout/record.ts";
import { bothImages, digest, recordAt } from "../support/rollout.ts";

const now = new Date("2026-11-23T12:34:56.000Z");
const hour = 3_600_000;
const day = 24 * hour;

/** What was true in the beginning is `age` milliseconds old. */
const window = (age: number) => closedWindow(new Date(now.getTime() - age), now);

describe("closedWindow", () => {
  it("leaves out the minute in which it began, and the one whose metrics are still arriving", () => {
    expect(closedWindow(new Date("2026-11-23T12:00:00.001Z"), now)).toEqual({
      from: "2026-11-23T12:01:00.000Z",
      until: "2026-11-23T12:33:00.000Z",
      seconds: 32 * 60,
    });
  });

  it("begins at once where it began on the minute", () => {
    expect(closedWindow(new Date("2026-11-23T12:00:00.000Z"), now)?.from).toBe("2026-11-23T12:00:00.000Z");
  });

  it("has its first whole minute two minutes after a beginning on the minute, and not sooner", () => {
    const since = new Date("2026-11-23T12:00:00.000Z");
    expect(closedWindow(since, new Date("2026-11-23T12:01:59.999Z"))).toBeUndefined();
    expect(closedWindow(since, new Date("2026-11-23T12:02:00.000Z"))).toEqual({
      from: "2026-11-23T12:00:00.000Z",
      until: "2026-11-23T12:01:00.000Z",
      seconds: 60,
    });
  });

  it.each([
    ["nothing has passed", 0],
    ["less than three minutes lie around no whole one", 119_000],
    ["the beginning is to come, by another machine's clock", -3_600_000],
  ])("is none where %s", (_why, age) => {
    expect(window(age)).toBeUndefined();
  });

  it.each([
    [
      "minutes until an hour before 15 days",
      15 * day - hour - 1,
      60,
      "2026-11-08T13:35:00.000Z",
      "2026-11-23T12:33:00.000Z",
    ],
    ["five minutes from then on", 15 * day - hour, 300, "2026-11-08T13:35:00.000Z", "2026-11-23T12:30:00.000Z"],
    [
      "five minutes until an hour before 63 days",
      63 * day - hour - 1,
      300,
      "2026-09-21T13:35:00.000Z",
      "2026-11-23T12:30:00.000Z",
    ],
    ["hours from then on", 63 * day - hour, 3600, "2026-09-21T14:00:00.000Z", "2026-11-23T12:00:00.000Z"],
  ])("is made of what CloudWatch still keeps: %s", (_what, age, unit, from, until) => {
    const found = window(age);
    expect(found).toEqual({ from, until, seconds: (Date.parse(until) - Date.parse(from)) / 1000 });
    expect((found?.seconds ?? 1) % unit).toBe(0);
  });

  it("lies between its beginning and a minute ago, in whole units, and is as long as it can be", () => {
    const since = fc.integer({ min: Date.parse("2026-01-01T00:00:00Z"), max: Date.parse("2026-12-31T00:00:00Z") });
    fc.assert(
      fc.property(since, fc.integer({ min: 0, max: 100 * day }), (from, age) => {
        const unit = (age < 15 * day - hour ? 60 : age < 63 * day - hour ? 300 : 3600) * 1000;
        const found = closedWindow(new Date(from), new Date(from + age));
        if (found === undefined) {
          // Two pieces of units and the minute of arrival are the longest that no whole unit fits into.
          expect(age).toBeLessThan(2 * unit + 60_000);
          return;
        }
        const [begin, end] = [Date.parse(found.from), Date.parse(found.until)];
        expect([begin % unit, end % unit, found.seconds * 1000]).toEqual([0, 0, end - begin]);
        expect(begin).toBeGreaterThanOrEqual(from);
        expect(begin - from).toBeLessThan(unit);
        expect(end).toBeLessThanOrEqual(from + age - 60_000);
        expect(from + age - 60_000 - end).toBeLessThan(unit);
        expect(found.seconds).toBeGreaterThan(0);
      }),
    );
  });
});

const entry = (at: string, event: HistoryEntry["event"], over: Partial<HistoryEntry> = {}): HistoryEntry => {
  return { at, event, liveColour: "blue", weightPercent: 0, images: bothImages, ...over };
};

describe("countingPeriodSeconds", () => {
  it("is a minute for all steps that a guide's rollout has", () => {
    expect(countingPeriodSeconds({ seconds: 60 })).toBe(60);
    expect(countingPeriodSeconds({ seconds: 7 * 86_400 })).toBe(60);
  });

  it("divides every window, and is what CloudWatch still keeps for the window's beginning", () => {
    const ages = fc.integer({ min: 3 * hour, max: 200 * day });
    fc.assert(
      fc.property(ages, (age) => {
        const { seconds } = window(age) ?? { seconds: 0 };
        const period = countingPeriodSeconds({ seconds });
        expect(seconds % period).toBe(0);
        // CloudWatch API Reference, "MetricStat", Period.
        if (age >= 63 * day) expect(period % 3600).toBe(0);
        else if (age >= 15 * day) expect(period % 300).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("watchedSince", () => {
  it("counts from the beginning of the step while traffic is out", () => {
    const since = "2026-11-23T12:00:00.000Z";
    expect(watchedSince(recordAt(5, { since })).toISOString()).toBe(since);
  });

  it("does not begin again at a later update that leaves the weight as it is", () => {
    const since = "2026-11-23T12:00:00.000Z";
    const record = recordAt(5, {
      since,
      history: [
        entry(since, "advanced", { weightPercent: 5 }),
        entry("2026-11-23T13:00:00.000Z", "image", { weightPercent: 5 }),
      ],
    });
    expect(watchedSince(record).toISOString()).toBe(since);
  });

  it("counts from the last change at weight 0, because another image is another candidate", () => {
    const record = recordAt(0, {
      since: "2026-11-20T12:00:00.000Z",
      history: [
        entry("2026-11-20T12:00:00.000Z", "deployed"),
        entry("2026-11-22T09:30:00.000Z", "image", { images: { ...bothImages, green: digest("c") } }),
      ],
    });
    expect(watchedSince(record).toISOString()).toBe("2026-11-22T09:30:00.000Z");
  });

  it("counts from the record's own time at weight 0 without a history", () => {
    const record = recordAt(0, { since: "2026-11-20T12:00:00.000Z", history: [] });
    expect(watchedSince(record).toISOString()).toBe("2026-11-20T12:00:00.000Z");
  });
});

/** An hour in which both of live's tasks had the same and the candidate nothing. */
function hourWith(liveRequests: number, over: Partial<HourOfTraffic> = {}): HourOfTraffic {
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
    expect(meanRequestsPerHour([hourWith(300), hourWith(0), hourWith(0), hourWith(100)])).toBe(100);
    expect(meanRequestsPerHour([hourWith(0)])).toBe(0);
  });

  it("counts the requests of both colours", () => {
    expect(meanRequestsPerHour([hourWith(75, { requests: 100 })])).toBe(100);
  });

  it("is unknown without an hour", () => {
    expect(meanRequestsPerHour([])).toBeUndefined();
  });
});

describe("latestRequestsPerMinute", () => {
  it("is that of the last hour", () => {
    expect(latestRequestsPerMinute([hourWith(6000), hourWith(60)])).toBe(1);
    expect(latestRequestsPerMinute([hourWith(6000), hourWith(0)])).toBe(0);
  });

  it("is unknown without an hour", () => {
    expect(latestRequestsPerMinute([])).toBeUndefined();
  });
});

describe("provenRequestsPerMinutePerTask", () => {
  it("is what a task had in the busiest hour, in a minute", () => {
    expect(provenRequestsPerMinutePerTask([hourWith(120), hourWith(1200), hourWith(240)], 1)).toBe(10);
  });

  it("leaves out the hours in which live had more errors than the threshold allows", () => {
    const overloaded = hourWith(12_000, { liveErrors: 121 });
    expect(provenRequestsPerMinutePerTask([hourWith(1200), overloaded], 1)).toBe(10);
    expect(provenRequestsPerMinutePerTask([hourWith(1200), { ...overloaded, liveErrors: 120 }], 1)).toBe(100);
    expect(provenRequestsPerMinutePerTask([overloaded], 1)).toBeUndefined();
  });

  it("asks nothing of the candidate's errors or requests", () => {
    expect(
      provenRequestsPerMinutePerTask([hourWith(0, { requests: 5000, liveRequestsPerTask: 0 })], 1),
    ).toBeUndefined();
  });

  it("is unknown where nobody knows how many requests a task had, or no hour had one", () => {
    expect(provenRequestsPerMinutePerTask([], 1)).toBeUndefined();
    expect(provenRequestsPerMinutePerTask([hourWith(0)], 1)).toBeUndefined();
    expect(provenRequestsPerMinutePerTask([hourWith(600, { liveRequestsPerTask: 0 })], 1)).toBeUndefined();
  });

  const hours = fc.array(
    fc.nat(5000).chain((liveRequests) =>
      fc.record({ liveErrors: fc.nat(liveRequests), liveRequestsPerTask: fc.nat(liveRequests) }).map((over) => {
        return hourWith(liveRequests, over);
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
