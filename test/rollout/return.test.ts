import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { colours } from "../../rollout/colour.ts";
import { clearLatch, type SetLatch } from "../../rollout/latch.ts";
import { moveKind } from "../../rollout/move.ts";
import { nextRecord, type ObservedRollout } from "../../rollout/next-record.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import {
  canReturn,
  isOldRelease,
  isOldVersion,
  isReturnedFrom,
  judgeReturn,
  lastPromote,
  type ReturnPlace,
  returnHint,
  returnPlaceOf,
} from "../../rollout/return.ts";
import type { LastPromote } from "../../rollout/rollback-address.ts";
import { bothImages, digest, guideSchedule, promotedRecord, recordAt } from "../support/rollout.ts";

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

  it("keeps the window that the promote opened, whatever the config says later, until a return or the next promote", () => {
    const schedule = { ...guideSchedule, rollbackWindowSeconds: windowSeconds };
    const observed = { liveColour: "green", weightPercent: 0, images: bothImages, schedule } as const;
    const at = new Date("2026-11-23T12:00:00.000Z");
    const promoted = nextRecord(recordAt(100), observed, at);
    const shorter = { ...observed, schedule: { ...schedule, rollbackWindowSeconds: 60 } };
    const staged = nextRecord(promoted, { ...shorter, images: { ...bothImages, green: digest("c") } }, at);
    for (const record of [promoted, staged]) {
      expect(record.rollbackWindowSeconds).toBe(windowSeconds);
      expect(lastPromote(record, 60)?.returnUntil).toBe("2026-11-25T12:00:00.000Z");
      expect(canReturn({ ...record, images: bothImages }, 60, new Date("2026-11-25T11:00:00Z"))).toBe(true);
    }
    const returned = nextRecord(promoted, { ...shorter, liveColour: "blue" }, at);
    expect(returned).not.toHaveProperty("rollbackWindowSeconds");
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
          const judged = judgeReturn(returnPlaceOf(record, windowSeconds, clearLatch, undefined), "staging", { now });
          expect(judged.problems.length === 0).toBe(canReturn(record, windowSeconds, now));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Green was promoted at noon; blue still has the release that was live before. */
const earlierPromote: LastPromote = {
  at: "2026-11-23T12:00:00.000Z",
  returnUntil: "2026-11-25T12:00:00.000Z",
  liveBefore: "blue",
  imageBefore: digest("a"),
  imageNow: digest("a"),
};
const now = new Date("2026-11-23T13:00:00.000Z");
const latch: SetLatch = { state: "set", at: "2026-11-23T12:30:00Z", reason: "portal-production-blue-unfit" };

const place = (over: Partial<LastPromote> = {}, latch: ReturnPlace["latch"] = clearLatch): ReturnPlace => ({
  address: { liveColour: "green", lastPromote: { ...earlierPromote, ...over } },
  latch,
});
const told = (one: ReturnPlace, at = now) =>
  judgeReturn(one, "production", { now: at }).problems.map(({ why, todo }) => `${why}. ${todo}`);

describe("judgeReturn", () => {
  it("finds a return possible inside the window, to the release that was live before", () => {
    const until = new Date(earlierPromote.returnUntil);
    expect(judgeReturn(place(), "production", { now })).toEqual({ to: "blue", until, problems: [] });
    expect(told(place(), new Date(until.getTime() - 1))).toEqual([]);
  });

  it("finds one possible over a latch that names no release, or the released one", () => {
    expect(told(place({}, latch))).toEqual([]);
    expect(told(place({}, { ...latch, rolledBack: "green" }))).toEqual([]);
  });

  it.each([
    ["nothing was promoted", null],
    ["the promote was of another colour, as after half an update", { ...earlierPromote, liveBefore: "green" as const }],
  ])("finds none where %s", (_what, promote) => {
    expect(told({ address: { liveColour: "green", lastPromote: promote }, latch: clearLatch })).toEqual([
      "there is no promote to undo: nothing was promoted, or the return has been made already. green is live and blue is the candidate, which gets traffic by the steps: npm run rollout -- advance --stage production. To send all traffic to green, run npm run rollout -- rollback --stage production.",
    ]);
  });

  it("finds none from the end of the window", () => {
    expect(told(place(), new Date(earlierPromote.returnUntil))).toEqual([
      "the rollback window ended at 12:00 UTC. Roll out a fixed release as images.blue.",
    ]);
  });

  it("finds none to another release, or to a colour that was retired", () => {
    expect(told(place({ imageNow: digest("c") }))).toEqual([
      `blue no longer has the release that was live before, but ${digest("c")}. Roll out a fixed release as images.blue.`,
    ]);
    expect(told(place({ imageNow: null }))).toEqual([
      "blue was retired and runs nothing. Roll out a fixed release as images.blue.",
    ]);
    expect(told(place({ imageBefore: null, imageNow: null }))).toHaveLength(1);
  });

  it("finds none to a release that was rolled back since, and says how to have it all the same", () => {
    expect(told(place({}, { ...latch, rolledBack: "blue" }))).toEqual([
      'blue was itself taken off the public path at 12:30 UTC (portal-production-blue-unfit). If it may serve the public all the same, clear the latch first: npm run rollout -- resume --stage production --reason "<why>". Then run this command again.',
    ]);
  });

  it("tells every reason at once", () => {
    const all = place({ imageNow: digest("c") }, { ...latch, rolledBack: "blue" });
    expect(told(all, new Date(earlierPromote.returnUntil))).toHaveLength(3);
  });

  it("cannot tell from an address of an older version, and says what asks the rules instead", () => {
    expect(told({ address: { liveColour: "green" } as ReturnPlace["address"], latch: clearLatch })).toEqual([
      "the last update was made by a version of this program that did not yet record where a return leads. If blue was live before the last promote, set liveColour to blue and candidateWeight to 0 in Pulumi.production.yaml and run npx pulumi up --stack production, which refuses it where it must not be.",
    ]);
  });
});

it("gives the line that returns, and until when, only where nothing is in the way", () => {
  const hint = (one: ReturnPlace) => returnHint(judgeReturn(one, "production", { now }), "production", { now });
  expect(hint(place())).toBe(
    "To return to blue, which was live before (possible until 2026-11-25 12:00 UTC), run npm run rollout -- rollback --stage production --to blue.",
  );
  expect(hint(place({ imageNow: null }))).toBeUndefined();
  expect(hint({ address: { liveColour: "green", lastPromote: null }, latch: clearLatch })).toBeUndefined();
});

describe("the release that a return took off the public path", () => {
  const settings = { "api.logLevel": "debug" };
  const returnedFrom = { at: "2026-11-23T12:30:00.000Z", image: digest("b"), settings };
  const record = recordAt(0, { returnedFrom, releaseSettings: { blue: {}, green: settings } });

  it("is known by its image and its settings", () => {
    expect(isReturnedFrom(record)).toBe(true);
    expect(isReturnedFrom({ ...record, releaseSettings: { blue: {}, green: {} } })).toBe(false);
    expect(isReturnedFrom({ ...record, images: { ...bothImages, green: digest("c") } })).toBe(false);
    expect(isReturnedFrom(recordAt(0))).toBe(false);
  });

  it("is known by its image alone where either's settings are not", () => {
    const { settings: _, ...unsettled } = returnedFrom;
    expect(isReturnedFrom({ ...record, returnedFrom: unsettled })).toBe(true);
    expect(isReturnedFrom({ ...record, releaseSettings: undefined })).toBe(true);
    expect(isReturnedFrom({ ...record, releaseSettings: { blue: {}, green: null } })).toBe(true);
  });
});

describe("whether the candidate is the version before the promote", () => {
  it("is answered by its image", () => {
    expect(isOldVersion(promotedRecord())).toBe(true);
    expect(isOldVersion(recordAt(0))).toBe(false);
    expect(isOldVersion(promotedRecord({ images: { ...bothImages, blue: digest("c") } }))).toBe(false);
  });

  it("is no where it runs nothing, or nobody knows what ran", () => {
    const images = { ...bothImages, blue: null };
    const [promotion] = promotedRecord().history;
    if (promotion === undefined) throw new Error("The record has a promote.");
    expect(isOldVersion(promotedRecord({ images, history: [{ ...promotion, images }] }))).toBe(false);
    expect(isOldVersion(promotedRecord({ history: [] }))).toBe(false);
    expect(lastPromote(promotedRecord({ history: [] }), 3600)?.imageBefore).toBeNull();
  });
});

it("knows the release before the promote from a new one", () => {
  expect(isOldRelease(place().address)).toBe(true);
  expect(isOldRelease(place({ imageNow: digest("c") }).address)).toBe(false);
  expect(isOldRelease(place({ imageBefore: null, imageNow: null }).address)).toBe(false);
  expect(isOldRelease({ liveColour: "green", lastPromote: null })).toBe(false);
  expect(isOldRelease({ liveColour: "green" } as ReturnPlace["address"])).toBe(false);
});
