import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  busiestRequestsPerHour,
  busiestRequestsPerMinute,
  type HourOfTraffic,
  historyHours,
  latestRequestsPerMinute,
  meanRequestsPerHour,
  provenRequestsPerMinutePerTask,
  sinceFirstRequest,
  watchedTraffic,
} from "../../rollout/measurements.ts";
import type { HistoryEntry, RolloutRecord } from "../../rollout/record.ts";
import { bothImages, digest, recordAt } from "../support/rollout.ts";

const now = new Date("2026-11-23T12:34:56.000Z");
const hour = 3_600_000;
const day = 24 * hour;

const begun = (weightPercent: number, at: string, over: Partial<HistoryEntry> = {}): HistoryEntry => {
  return { at, event: "advanced", liveColour: "blue", weightPercent, images: bothImages, ...over };
};

/** A record with this history, which stands at the weight of its last entry. */
function recordOf(...history: readonly HistoryEntry[]): RolloutRecord {
  const last = history.at(-1);
  return recordAt(last?.weightPercent ?? 0, {
    since: last?.at ?? "2026-11-23T12:00:00.000Z",
    images: last?.images ?? bothImages,
    liveColour: last?.liveColour ?? "blue",
    history,
  });
}

/** The steps as `weight from/until`. */
const stepsOf = (record: RolloutRecord, at: Date = now) =>
  watchedTraffic(record, at)?.steps.map((step) => `${step.weightPercent} % ${step.from}/${step.until}`);

describe("watchedTraffic", () => {
  it("pools the steps of a release since its first public traffic", () => {
    const record = recordOf(
      begun(0, "2026-11-22T09:00:00.000Z", { event: "image" }),
      begun(5, "2026-11-23T02:00:30.000Z"),
      begun(25, "2026-11-23T04:00:00.000Z"),
      begun(25, "2026-11-23T05:00:00.000Z", { event: "rescheduled" }),
      begun(50, "2026-11-23T08:10:10.000Z"),
    );
    expect(watchedTraffic(record, now)).toMatchObject({
      window: { from: "2026-11-23T02:01:00.000Z", until: "2026-11-23T12:33:00.000Z", seconds: 632 * 60 },
      periodSeconds: 60,
    });
    expect(stepsOf(record)).toEqual([
      "5 % 2026-11-23T02:01:00.000Z/2026-11-23T04:00:00.000Z",
      "25 % 2026-11-23T04:00:00.000Z/2026-11-23T08:10:00.000Z",
      "50 % 2026-11-23T08:11:00.000Z/2026-11-23T12:33:00.000Z",
    ]);
  });

  it.each<[string, HistoryEntry]>([
    ["a rollback", begun(0, "2026-11-23T03:00:00.000Z", { event: "lowered" })],
    ["a promote", begun(0, "2026-11-23T03:00:00.000Z", { event: "promoted", liveColour: "green" })],
    ["another image", begun(5, "2026-11-23T02:00:00.000Z", { images: { ...bothImages, green: digest("c") } })],
    ["a step of the other colour", begun(5, "2026-11-23T02:00:00.000Z", { liveColour: "green" })],
  ])("begins anew after %s", (_why, before) => {
    const record = recordOf(begun(25, "2026-11-23T01:00:00.000Z"), before, begun(5, "2026-11-23T04:00:00.000Z"));
    expect(stepsOf(record)).toEqual(["5 % 2026-11-23T04:00:00.000Z/2026-11-23T12:33:00.000Z"]);
  });

  it("begins anew where a setting of the release changed under traffic", () => {
    const changed = begun(5, "2026-11-23T04:00:00.000Z", { event: "reconfigured", changed: ["api.memoryMib"] });
    const record = recordOf(begun(5, "2026-11-23T01:00:00.000Z"), changed, begun(25, "2026-11-23T05:00:00.000Z"));
    expect(stepsOf(record)?.[0]).toBe("5 % 2026-11-23T04:00:00.000Z/2026-11-23T05:00:00.000Z");
  });

  it("counts a step back of the same release", () => {
    const record = recordOf(
      begun(25, "2026-11-23T01:00:00.000Z"),
      begun(5, "2026-11-23T02:00:00.000Z", { event: "lowered" }),
      begun(25, "2026-11-23T03:00:00.000Z"),
    );
    expect(stepsOf(record)?.map((step) => step.split(" ")[0])).toEqual(["25", "5", "25"]);
  });

  it("counts from the last change at weight 0, because another image is another candidate", () => {
    const record = recordOf(
      begun(0, "2026-11-20T12:00:00.000Z", { event: "deployed" }),
      begun(0, "2026-11-22T09:30:00.000Z", { event: "image", images: { ...bothImages, green: digest("c") } }),
    );
    expect(stepsOf(record)).toEqual(["0 % 2026-11-22T09:30:00.000Z/2026-11-23T12:33:00.000Z"]);
    const [deployed] = record.history;
    if (deployed === undefined) throw new Error("The record has a history.");
    const later = { ...record, since: "2026-11-20T12:00:00.000Z", history: [deployed, ...record.history] };
    expect(stepsOf(later)).toEqual(stepsOf(record));
  });

  it("counts from the record's own time where its history does not tell", () => {
    const since = "2026-11-23T12:00:00.000Z";
    expect(stepsOf(recordAt(0, { since, history: [] }))).toEqual([`0 % ${since}/2026-11-23T12:33:00.000Z`]);
    expect(stepsOf(recordAt(25, { since, history: [] }))).toEqual([`25 % ${since}/2026-11-23T12:33:00.000Z`]);
  });

  it("leaves out the minute whose metrics are still arriving, and a step that is shorter than a minute", () => {
    const at = (time: string) => new Date(`2026-11-23T12:${time}Z`);
    const record = recordOf(begun(5, "2026-11-23T11:00:00.000Z"), begun(25, "2026-11-23T12:00:00.000Z"));
    expect(stepsOf(record, at("01:59.999"))).toHaveLength(1);
    expect(stepsOf(record, at("02:00.000"))?.[1]).toBe("25 % 2026-11-23T12:00:00.000Z/2026-11-23T12:01:00.000Z");
    expect(stepsOf(recordOf(begun(5, "2026-11-23T12:00:00.000Z")), at("01:30.000"))).toBeUndefined();
    // Another machine's clock.
    expect(stepsOf(recordOf(begun(5, "2026-11-23T13:00:00.000Z")))).toBeUndefined();
  });

  it.each([
    ["a minute for three days", 3 * day, 60],
    ["a minute for 75 hours, which are 4500 of them", 75 * hour, 60],
    ["two minutes for more than 75 hours", 75 * hour + 1, 120],
    ["two minutes for a week less a day", 6 * day, 120],
    ["five minutes for ten days", 10 * day, 300],
    ["five minutes from an hour before 15 days on, since CloudWatch keeps no minutes", 15 * day - hour, 300],
    ["a quarter of an hour for a month", 30 * day, 900],
    ["an hour from an hour before 63 days on", 63 * day - hour, 3600],
    ["a day for a year", 365 * day, 86_400],
  ])("counts by %s", (_what, age, periodSeconds) => {
    const since = new Date(now.getTime() - age).toISOString();
    const found = watchedTraffic(recordOf(begun(5, since)), now);
    expect(found?.periodSeconds).toBe(periodSeconds);
  });

  it("has steps of whole periods that do not overlap, within their times, in one call", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20 * day }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(gaps, (before) => {
        let at = now.getTime();
        const entries = before.map((gap, index) => {
          at -= gap;
          return begun((index % 2) + 1, new Date(at).toISOString());
        });
        const found = watchedTraffic(recordOf(...entries.toReversed()), now);
        if (found === undefined) return;
        const { window, periodSeconds, steps } = found;
        expect(window.seconds / periodSeconds).toBeLessThanOrEqual(4500);
        // What CloudWatch still keeps of that age.
        const age = now.getTime() - Date.parse(window.from);
        expect(periodSeconds % (age < 15 * day ? 60 : age < 63 * day ? 300 : 3600)).toBe(0);
        let last = at;
        for (const step of steps) {
          const [from, until] = [Date.parse(step.from), Date.parse(step.until)];
          expect([from % (periodSeconds * 1000), step.seconds % periodSeconds, until - from]).toEqual([
            0,
            0,
            step.seconds * 1000,
          ]);
          expect(from).toBeGreaterThanOrEqual(last);
          last = until;
        }
        expect(last).toBeLessThanOrEqual(now.getTime() - 60_000);
      }),
    );
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

describe("sinceFirstRequest", () => {
  it("leaves out the hours before it, and keeps quiet ones after it", () => {
    expect(sinceFirstRequest([hourWith(0), hourWith(0), hourWith(9), hourWith(0)])).toEqual([hourWith(9), hourWith(0)]);
    expect(sinceFirstRequest([hourWith(9)])).toEqual([hourWith(9)]);
  });

  it("is nothing where there was none", () => {
    expect(sinceFirstRequest([hourWith(0), hourWith(0)])).toEqual([]);
  });
});

describe("busiestRequestsPerHour", () => {
  const hours = [10, 20, 90, 50, 40, 70].map((requests) => hourWith(requests));

  it.each([
    ["an hour", 3600, 90],
    ["a minute, which is in some hour", 60, 90],
    ["two hours", 7200, 70],
    ["two hours and a minute, which is in three", 7260, 60],
    ["five hours", 5 * 3600, 54],
    ["more hours than there are", 100 * 3600, 280 / 6],
  ])("is the mean of the busiest stretch of %s", (_what, seconds, expected) => {
    expect(busiestRequestsPerHour(hours, seconds)).toBe(expected);
  });

  it("counts both colours, also where the busiest stretch comes first, and is 0 without an hour", () => {
    expect(busiestRequestsPerHour([hourWith(75, { requests: 100 }), hourWith(0)], 3600)).toBe(100);
    expect(busiestRequestsPerHour([], 3600)).toBe(0);
  });
});

describe("busiestRequestsPerMinute", () => {
  it("is that of the busiest hour, both colours together", () => {
    expect(busiestRequestsPerMinute([hourWith(60), hourWith(75, { requests: 600 }), hourWith(0)])).toBe(10);
  });

  it("is unknown where no hour had a request", () => {
    expect(busiestRequestsPerMinute([hourWith(0)])).toBeUndefined();
    expect(busiestRequestsPerMinute([])).toBeUndefined();
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
    expect(provenRequestsPerMinutePerTask([hourWith(0, { liveRequestsPerTask: 60 })], 1)).toBeUndefined();
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
