import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { colours } from "../../rollout/colour.ts";
import { clearLatch } from "../../rollout/latch.ts";
import { moveKind } from "../../rollout/move.ts";
import { nextRecord, type ObservedRollout } from "../../rollout/next-record.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { judgeReturn } from "../../rollout/return.ts";
import { canReturn, lastPromote, returnPlaceOf } from "../../rollout/rollback-window.ts";
import { bothImages, digest, promotedRecord, recordAt } from "../support/rollout.ts";

const windowSeconds = 48 * 3600;

describe("lastPromote", () => {
  it("is null before the first promote and after a return", () => {
    expect(lastPromote(recordAt(25), windowSeconds)).toBeNull();
    const at = new Date("2026-11-23T13:00:00Z");
    const returned = nextRecord(promotedRecord(), { liveColour: "blue", weightPercent: 0, images: bothImages }, at);
    expect(lastPromote(returned, windowSeconds)).toBeNull();
  });

  it("says who was live before, with which release, and how long a return is possible", () => {
    expect(lastPromote(promotedRecord(), windowSeconds)).toEqual({
      at: "2026-11-23T12:00:00.000Z",
      returnUntil: "2026-11-25T12:00:00.000Z",
      liveBefore: "blue",
      imageBefore: digest("a"),
      imageNow: digest("a"),
    });
  });

  it("says that the old colour was retired, or has a new release", () => {
    for (const blue of [null, digest("c")]) {
      expect(lastPromote(promotedRecord({ images: { ...bothImages, blue } }), windowSeconds)).toMatchObject({
        imageBefore: digest("a"),
        imageNow: blue,
      });
    }
  });

  const image = fc.constantFrom(null, digest("a"), digest("b"), digest("c"));
  const observed: fc.Arbitrary<ObservedRollout> = fc.record({
    liveColour: fc.constantFrom(...colours),
    weightPercent: fc.constantFrom(0, 5, 25, 50, 100),
    images: fc.record({ blue: image, green: image }),
  });

  it("is changed by no step and by no time that passes, whatever was before", () => {
    fc.assert(
      fc.property(fc.array(observed, { minLength: 1, maxLength: 8 }), observed, (updates, next) => {
        const hour = (count: number) => new Date(Date.UTC(2026, 10, 23, count));
        const record = updates.reduce<RolloutRecord | null>(
          (previous, one, index) => nextRecord(previous, one, hour(index)),
          null,
        );
        if (record === null) return;
        const step = { ...next, liveColour: record.liveColour, images: record.images };
        const after = nextRecord(record, step, hour(updates.length));
        expect(["stay", "up", "down"]).toContain(moveKind({ previous: record, wanted: step }));
        expect(lastPromote(after, windowSeconds)).toEqual(lastPromote(record, windowSeconds));
      }),
    );
  });

  it("judges a return as the program's own rule does", () => {
    fc.assert(
      fc.property(
        fc.array(observed, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 80 }),
        (updates, hours) => {
          const record = updates.reduce<RolloutRecord | null>(
            (previous, one, index) => nextRecord(previous, one, new Date(Date.UTC(2026, 10, 23, index))),
            null,
          );
          if (record === null) return;
          const now = new Date(Date.UTC(2026, 10, 23, hours));
          const judged = judgeReturn(returnPlaceOf(record, windowSeconds, clearLatch), "staging", now);
          expect(judged.problems.length === 0).toBe(canReturn(record, windowSeconds, now));
        },
      ),
      { numRuns: 500 },
    );
  });
});
