import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closedWindow } from "../../../rollout/measure/closed-window.ts";

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
