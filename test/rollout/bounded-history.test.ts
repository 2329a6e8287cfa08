import { describe, expect, it } from "vitest";
import { boundHistory, keptEntries } from "../../rollout/bounded-history.ts";
import { decide } from "../../rollout/decide.ts";
import { nextRecord } from "../../rollout/next-record.ts";
import { type HistoryEntry, parseRecord, type RolloutEvent, type RolloutRecord } from "../../rollout/record.ts";
import { lastPromote } from "../../rollout/return.ts";
import { refuseResume } from "../../rollout/rules/latch-and-resume.ts";
import { bothImages, digest, guideSchedule, move, promotedRecord, recordAt } from "../support/rollout.ts";

const begin = Date.parse("2025-01-01T00:00:00Z");
const hoursIn = (hours: number) => new Date(begin + hours * 3_600_000);

/** Updates after a record that move nothing: each stages another image in the candidate. */
function stageImages(record: RolloutRecord, count: number, latchSetAt?: string): RolloutRecord {
  const from = Date.parse(record.history.at(-1)?.at ?? "");
  return Array.from({ length: count }, (_, index) => index).reduce((previous, index) => {
    const images = { blue: digest("a"), green: `sha256:${String(index).padStart(64, "0")}` };
    const { liveColour, weightPercent } = previous;
    const at = new Date(from + (index + 1) * 60_000);
    return nextRecord(previous, { liveColour, weightPercent, images }, at, { latchSetAt });
  }, record);
}

const entry = (index: number, event: RolloutEvent, weightPercent: number): HistoryEntry => ({
  at: hoursIn(index).toISOString(),
  event,
  liveColour: "blue",
  weightPercent,
  images: bothImages,
});

describe("the history of a record", () => {
  it("keeps the newest entries, and counts what it leaves out", () => {
    const whole = stageImages(recordAt(0), keptEntries - 1);
    expect([whole.history.length, whole.dropped]).toEqual([keptEntries, undefined]);
    const more = stageImages(whole, 5);
    expect(more.history).toHaveLength(keptEntries);
    expect(more.dropped).toMatchObject({ entries: 5, until: whole.history[4]?.at });
    expect(more.history[0]).toEqual(whole.history[5]);
    expect(parseRecord(structuredClone(more))).toEqual(more);
  });

  it("is of a size that every update can read and write", () => {
    const gate = {
      verdict: "pass",
      window: { from: "2026-11-23T12:00:00.000Z", until: "2026-11-23T14:00:00.000Z" },
      candidate: { requests: 10_000, errors: 10, p95Milliseconds: 150 },
      live: { requests: 190_000, errors: 190, p95Milliseconds: 150 },
    } as const;
    const entries = Array.from({ length: keptEntries }, (_, index) => ({ ...entry(index, "advanced", 5), gate }));
    expect(JSON.stringify(entries).length / 1024).toBeLessThan(64);
  });

  it("keeps a rollout under way whole, however many entries it has", () => {
    const steps = Array.from({ length: 2 * keptEntries }, (_, index) => entry(index + 1, "rescheduled", 5));
    const history = [entry(-1, "deployed", 0), entry(0, "image", 0), ...steps];
    const bounded = boundHistory(history, undefined, undefined);
    expect(bounded.history).toEqual(history.slice(1));
    expect(bounded.dropped?.entries).toBe(1);
  });

  it("keeps the last rollout from its staging to its end, and with it how long each step stood", () => {
    const steps = [entry(0, "image", 0), entry(1, "advanced", 5), entry(2, "advanced", 25), entry(3, "lowered", 0)];
    const before = recordAt(0, { history: [entry(-1, "deployed", 0), ...steps] });
    expect(stageImages(before, 3 * keptEntries).history.slice(0, 4)).toEqual(steps);
  });

  it("keeps the last promote and the last return, and no earlier ones", () => {
    const events = (["promoted", "returned", "promoted", "returned"] as const).map((event, index) =>
      entry(index, event, 0),
    );
    const after = stageImages(recordAt(0, { history: events }), 3 * keptEntries);
    expect(after.history.slice(0, 3)).toEqual([...events.slice(2), expect.objectContaining({ event: "image" })]);
  });

  it("keeps the entry of the very moment at which the latch was set", () => {
    const history = Array.from({ length: keptEntries + 3 }, (_, index) => entry(index, "image", 0));
    const { history: kept } = boundHistory(history, undefined, hoursIn(1).toISOString());
    expect(kept.slice(0, 2).map(({ at }) => at)).toEqual([hoursIn(1).toISOString(), hoursIn(4).toISOString()]);
  });

  it("passes on what was left out before where nothing more is", () => {
    const dropped = { entries: 7, until: hoursIn(-1).toISOString(), usedReasons: [] };
    const history = [entry(0, "deployed", 0)];
    expect(boundHistory(history, dropped, undefined)).toStrictEqual({ history, dropped });
    expect(boundHistory(history, undefined, undefined)).toStrictEqual({ history });
  });

  it("keeps the promote that a return is judged by", () => {
    const promoted = promotedRecord();
    const after = stageImages({ ...promoted, liveColour: "blue" }, 3 * keptEntries);
    const later = { ...promoted, history: after.history, dropped: after.dropped };
    expect(lastPromote(later, 3600)).toEqual(lastPromote(promoted, 3600));
  });

  it("keeps what stood when the latch was set, so that resume knows the image that was rolled back", () => {
    const at5 = recordAt(5);
    const back = nextRecord(
      at5,
      { liveColour: "blue", weightPercent: 0, images: bothImages },
      new Date("2026-11-23T13:00:00Z"),
    );
    // A rollback at weight 0, long after the last step.
    const other = stageImages(back, 1);
    const latch = {
      state: "set",
      at: new Date(Date.parse(other.history.at(-1)?.at ?? "") + 1000).toISOString(),
      reason: "by hand",
    } as const;
    const rolledBack = other.images;
    const later = stageImages(other, 3 * keptEntries, latch.at);
    const again = nextRecord(
      later,
      { liveColour: "blue", weightPercent: 0, images: rolledBack },
      new Date("2026-12-24T00:00:00Z"),
      { latchSetAt: latch.at },
    );
    const split = { blue: 100, green: 0 };
    const request = { latch, split, configuredWeightPercent: 0 };
    expect(refuseResume({ ...request, record: again })).toEqual([
      expect.stringContaining("as it was when the latch was set"),
    ]);
    expect(refuseResume({ ...request, record: later })).toEqual([]);
  });
});

describe("a written reason", () => {
  it("serves once, also after its entry was left out", () => {
    const reason = "INC-7: the fix cannot wait for the bake";
    const used = recordAt(0, { history: [{ ...entry(0, "image", 0), override: reason }] });
    const later = stageImages(used, keptEntries + 3);
    expect(later.history.some(({ override }) => override === reason)).toBe(false);
    expect(JSON.stringify(later)).not.toContain("INC-7");
    const at5 = { ...later, weightPercent: 5, since: "2026-11-23T12:00:00.000Z", images: bothImages };
    const rise = (override: string) =>
      decide(move(at5, { weightPercent: 25, override }, "12:10", { schedule: guideSchedule }));
    const refused = rise(reason);
    expect(refused.accepted ? [] : refused.refusals.map(({ message }) => message)).toEqual([
      expect.stringContaining(`was used at 2025-01-01 00:00 UTC. Write a new one.`),
    ]);
    expect(rise(`${reason}, again`).accepted).toBe(true);
  });
});
