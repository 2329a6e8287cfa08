import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { decide } from "../../rollout/decide.ts";
import { clearLatch, type Latch } from "../../rollout/latch.ts";
import { type Move, moveKind, takesTrafficBack, type WantedRollout } from "../../rollout/move.ts";
import { nextRecord } from "../../rollout/next-record.ts";
import { allowances } from "../../rollout/override.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { canReturn } from "../../rollout/return.ts";
import { bakeSecondsAt, type Schedule, stepAfter } from "../../rollout/schedule.ts";
import { isSameSplit, weightsByColour } from "../../rollout/split.ts";
import { digest, guideSchedule } from "../support/rollout.ts";

const hour = 3600;
const start = Date.parse("2026-11-23T00:00:00Z");
const schedule: Schedule = {
  ...guideSchedule,
  freezeWindows: [{ from: "2026-11-24T00:00:00Z", until: "2026-11-24T12:00:00Z", reason: "wedding day" }],
};

const image = fc.constantFrom(null, digest("a"), digest("b"), digest("c"));
const colour = fc.constantFrom<Colour>(...colours);

/** What a person may do to the config between two updates; most edits leave most of it alone, as people do. */
const edit = fc.record(
  {
    liveColour: colour,
    weightPercent: fc.oneof(fc.constantFrom(0, 5, 25, 50, 100), fc.integer({ min: 0, max: 100 })),
    images: fc.record({ blue: image, green: image }),
    override: fc.record({
      reason: fc.constantFrom("reason number one", "reason number two", "reason number three"),
      allows: fc.subarray([...allowances]),
    }),
  },
  { requiredKeys: [] },
);
/** The edits of a rollout that goes as planned, so that random sequences reach the late steps too. */
const progress = fc.constantFrom("advance", "advance", "advance", "promote", "back");
const event = fc.record({
  waitSeconds: fc.oneof(
    fc.constantFrom(0, 60, 2 * hour, 4 * hour, 8 * hour, 48 * hour),
    fc.integer({ min: 0, max: 200 * hour }),
  ),
  edit: fc.oneof({ weight: 4, arbitrary: progress }, { weight: 1, arbitrary: edit }),
  latch: fc.oneof(
    { weight: 12, arbitrary: fc.constant("keep" as const) },
    { weight: 1, arbitrary: fc.constantFrom("set" as const, "clear" as const) },
  ),
  // What AWS gives green: what the record says, or what a rollback, a killed update or a hand has left there.
  greenInAws: fc.oneof(
    { weight: 8, arbitrary: fc.constant("as recorded" as const) },
    { weight: 1, arbitrary: fc.constantFrom(0, 5, 25, 50, 100) },
  ),
});
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

function apply(wanted: WantedRollout, record: RolloutRecord | null, asked: Event["edit"]): WantedRollout {
  const { override: _, ...kept } = wanted;
  const weightPercent = record?.weightPercent ?? 0;
  switch (asked) {
    case "advance":
      return { ...kept, weightPercent: stepAfter(schedule, weightPercent)?.weightPercent ?? 100 };
    case "promote":
    case "back":
      return { ...kept, liveColour: otherColour(record?.liveColour ?? "blue"), weightPercent: 0 };
    default:
      return { ...kept, ...asked };
  }
}

/** Runs a sequence of edits through the rules and calls `check` on every accepted update. */
function walk(
  events: readonly Event[],
  check: (move: Move, after: RolloutRecord) => void,
  every?: (move: Move) => void,
) {
  let record: RolloutRecord | null = null;
  let latch: Latch = clearLatch;
  let time = start;
  let wanted: WantedRollout = {
    liveColour: "blue",
    weightPercent: 0,
    images: { blue: digest("a"), green: digest("b") },
  };
  for (const { waitSeconds, edit: asked, latch: change, greenInAws } of events) {
    time += waitSeconds * 1000;
    if (change !== "keep") latch = change === "clear" ? clearLatch : { state: "set", at: "then", reason: "alarm" };
    const candidate = apply(wanted, record, asked);
    const recorded = weightsByColour(record?.liveColour ?? "blue", record?.weightPercent ?? 0);
    const realWeights = greenInAws === "as recorded" ? recorded : { blue: 100 - greenInAws, green: greenInAws };
    const move: Move = { previous: record, wanted: candidate, schedule, latch, now: new Date(time), realWeights };
    every?.(move);
    const decision = decide(move);
    if (!decision.accepted) continue;
    const after = nextRecord(record, candidate, move.now, decision);
    check(move, after);
    wanted = candidate;
    record = after;
  }
}

const events = fc.array(event, { minLength: 1, maxLength: 40, size: "max" });
const runs = { numRuns: 1500 };

describe("no sequence of accepted updates", () => {
  it("raises a weight but by one step after its bake, with the latch clear and outside freezes, or for a fresh reason", () => {
    let rises = 0;
    fc.assert(
      fc.property(events, (sequence) => {
        walk(sequence, ({ previous, wanted, latch, now }, after) => {
          if (previous === null) return expect(wanted.weightPercent).toBe(0);
          if (wanted.liveColour !== previous.liveColour || wanted.weightPercent <= previous.weightPercent) return;
          rises += 1;
          expect(latch.state).toBe("clear");
          expect(now < new Date("2026-11-24T00:00:00Z") || now >= new Date("2026-11-24T12:00:00Z")).toBe(true);
          const baked =
            (now.getTime() - Date.parse(previous.since)) / 1000 >= bakeSecondsAt(schedule, previous.weightPercent);
          const inOrder = stepAfter(schedule, previous.weightPercent)?.weightPercent === wanted.weightPercent;
          const reason = after.history.at(-1)?.override;
          if (!baked || !inOrder) {
            expect(reason).toBe(wanted.override?.reason);
            expect(reason).toBeDefined();
            if (!baked) expect(wanted.override?.allows).toContain("bake");
            if (!inOrder) expect(wanted.override?.allows).toContain("order");
            expect(previous.history.some((entry) => entry.override === reason)).toBe(false);
          }
        });
      }),
      runs,
    );

    expect(rises).toBeGreaterThan(3000);
  });

  it("changes the live colour's image, or any image under traffic", () => {
    fc.assert(
      fc.property(events, (sequence) => {
        walk(sequence, ({ previous, wanted, realWeights }) => {
          if (previous === null) return;
          if (realWeights?.[previous.liveColour] !== 100) expect(wanted.images).toEqual(previous.images);
          const liveBefore = previous.images[previous.liveColour];
          if (liveBefore !== null) expect(wanted.images[previous.liveColour]).toBe(liveBefore);
          if (previous.weightPercent > 0 || wanted.weightPercent > 0) expect(wanted.images).toEqual(previous.images);
        });
      }),
      runs,
    );
  });

  it("sends traffic to a colour without an image once it is served by one", () => {
    fc.assert(
      fc.property(events, (sequence) => {
        walk(sequence, (_, after) => {
          if (after.weightPercent > 0) expect(Object.values(after.images)).not.toContain(null);
        });
      }),
      runs,
    );
  });

  it("moves public traffic by a promote, or to a colour that was not live within the rollback window by a return", () => {
    let flips = 0;
    fc.assert(
      fc.property(events, (sequence) => {
        walk(sequence, ({ previous, wanted, now }) => {
          if (previous === null || wanted.liveColour === previous.liveColour) return;
          flips += 1;
          expect(wanted.weightPercent).toBe(0);
          if (previous.weightPercent > 0) {
            expect(weightsByColour(wanted.liveColour, 0)).toEqual(
              weightsByColour(previous.liveColour, previous.weightPercent),
            );
          } else {
            expect(now.getTime() - Date.parse(previous.promotedAt ?? "")).toBeLessThan(168 * hour * 1000);
            expect(previous.history.at(-1)?.images[wanted.liveColour]).toBe(wanted.images[wanted.liveColour]);
          }
        });
      }),
      runs,
    );

    expect(flips).toBeGreaterThan(300);
  });

  it("leaves any weight but 0, or flips the live colour but to return, while the latch is set", () => {
    fc.assert(
      fc.property(events, (sequence) => {
        walk(sequence, (move) => {
          const { previous, wanted, latch } = move;
          if (latch.state === "clear") return;
          expect(wanted.weightPercent).toBe(0);
          if (previous === null || wanted.liveColour === previous.liveColour) return;
          expect(moveKind(move)).toBe("return");
          expect(canReturn(previous, schedule.rollbackWindowSeconds, move.now)).toBe(true);
        });
      }),
      runs,
    );
  });

  it("gives the candidate more where it takes traffic back, or to another colour than the one that stays live", () => {
    let taken = 0;
    fc.assert(
      fc.property(events, (sequence) => {
        walk(sequence, (move) => {
          const { previous, wanted, realWeights } = move;
          if (previous === null || realWeights === undefined || !takesTrafficBack(move)) return;
          taken += 1;
          expect(wanted.liveColour).toBe(previous.liveColour);
          expect(weightsByColour(wanted.liveColour, wanted.weightPercent)[otherColour(wanted.liveColour)]).toBeLessThan(
            realWeights[otherColour(wanted.liveColour)],
          );
        });
      }),
      runs,
    );

    expect(taken).toBeGreaterThan(40);
  });

  it("takes traffic from the live colour, or makes another live, from a split that it was never recorded at", () => {
    let drifted = 0;
    fc.assert(
      fc.property(events, (sequence) => {
        walk(sequence, ({ previous, wanted, realWeights }) => {
          if (previous === null || realWeights === undefined) return;
          if (isSameSplit(realWeights, weightsByColour(previous.liveColour, previous.weightPercent))) return;
          if (moveKind({ previous, wanted }) === "return") return;
          drifted += 1;
          const after = weightsByColour(wanted.liveColour, wanted.weightPercent);
          expect(after[previous.liveColour]).toBeGreaterThanOrEqual(realWeights[previous.liveColour]);
          if (wanted.liveColour !== previous.liveColour) expect(realWeights[wanted.liveColour]).toBe(100);
        });
      }),
      runs,
    );

    expect(drifted).toBeGreaterThan(20);
  });

  it("loses or rewrites a line of the history", () => {
    fc.assert(
      fc.property(events, (sequence) => {
        walk(sequence, ({ previous }, after) => {
          const before = previous?.history ?? [];
          expect(after.history.slice(0, before.length)).toEqual(before);
          expect(after.history.length - before.length).toBeLessThanOrEqual(1);
        });
      }),
      runs,
    );
  });
});

describe("down to 0", () => {
  it("is accepted from everywhere, at any time, latch or not", () => {
    fc.assert(
      fc.property(events, (sequence) => {
        walk(
          sequence,
          () => {},
          (move) => {
            if (move.previous === null) return;
            const { liveColour, images } = move.previous;
            expect(decide({ ...move, wanted: { liveColour, images, weightPercent: 0 } }).accepted).toBe(true);
          },
        );
      }),
      runs,
    );
  });
});
