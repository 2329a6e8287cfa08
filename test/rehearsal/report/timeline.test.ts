import { describe, expect, it } from "vitest";
import type { RequestRecord } from "../../../rehearsal/local/load/request.ts";
import { timelineOf, timelineSchema } from "../../../rehearsal/report/timeline.ts";

const start = Date.parse("2026-11-23T12:00:00Z");

function request(endedAt: number, over: Partial<RequestRecord> = {}): RequestRecord {
  const dueAt = start + endedAt - 10;
  const times = { dueAt, sentAt: dueAt, endedAt: start + endedAt, latencyMilliseconds: 10 };
  return { kind: "read", id: "", statusCode: 200, colour: "blue", ...times, ...over };
}

describe("timelineOf", () => {
  it("counts requests by half second, colour and outcome, from when the first was due", () => {
    const records = [
      request(10),
      request(400, { colour: "green" }),
      request(505, { statusCode: 500, colour: "green", latencyMilliseconds: 40 }),
      request(900, { statusCode: 502, colour: undefined }),
      request(1600, { latencyMilliseconds: 70 }),
    ];
    const timeline = timelineOf(records, []);
    expect(timelineSchema.parse(timeline)).toEqual(timeline);
    expect(timeline.startedAt).toBe("2026-11-23T12:00:00.000Z");
    const none = { blue: 0, green: 0 };
    expect(timeline.bins).toEqual([
      { answered: { blue: 1, green: 1 }, failed: none, unanswered: 0, p95Milliseconds: 10 },
      { answered: { blue: 0, green: 1 }, failed: { blue: 0, green: 1 }, unanswered: 1, p95Milliseconds: 40 },
      { answered: none, failed: none, unanswered: 0, p95Milliseconds: null },
      { answered: { blue: 1, green: 0 }, failed: none, unanswered: 0, p95Milliseconds: 70 },
    ]);
  });

  it("puts events in their order, in seconds from the start", () => {
    const { events } = timelineOf(
      [request(10)],
      [
        { at: start + 1500, kind: "alarm", text: "fires" },
        { at: start - 20, kind: "update", text: "1.0.0 live", greenPercent: 0 },
      ],
    );
    expect(events).toEqual([
      { second: 0, kind: "update", text: "1.0.0 live", greenPercent: 0 },
      { second: 1.5, kind: "alarm", text: "fires" },
    ]);
  });

  it("has nothing to show without a request", () => {
    expect(() => timelineOf([], [])).toThrow("no request was sent");
  });
});
