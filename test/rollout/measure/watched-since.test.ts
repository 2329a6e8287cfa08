import { describe, expect, it } from "vitest";
import { watchedSince } from "../../../rollout/measure/watched-since.ts";
import type { HistoryEntry } from "../../../rollout/record.ts";
import { bothImages, digest, recordAt } from "../../support/rollout.ts";

const entry = (at: string, event: HistoryEntry["event"], over: Partial<HistoryEntry> = {}): HistoryEntry => {
  return { at, event, liveColour: "blue", weightPercent: 0, images: bothImages, ...over };
};

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
