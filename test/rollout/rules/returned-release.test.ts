import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import { nextRecord } from "../../../rollout/next-record.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { because, bothImages, digest, move, promotedRecord } from "../../support/rollout.ts";

const info = { "api.logLevel": "info" };
const debug = { "api.logLevel": "debug" };

/** After a return from green, which ran with the setting `debug`, to blue. */
function returnedRecord(): RolloutRecord {
  return nextRecord(
    promotedRecord({ releaseSettings: { blue: info, green: debug } }),
    { liveColour: "blue", weightPercent: 0, images: bothImages, releaseSettings: { blue: info, green: debug } },
    new Date("2026-11-23T12:30:00.000Z"),
  );
}

function refusals(previous: RolloutRecord, override?: ReturnType<typeof because>) {
  const decision = decide(
    move(previous, { weightPercent: 5, ...(override === undefined ? {} : { override }) }, "13:00"),
  );
  return decision.accepted ? [] : decision.refusals;
}

describe("a rise after a return", () => {
  it("is refused for the release that was returned from, which a return by an edit latches nowhere", () => {
    const returned = returnedRecord();
    expect(refusals(returned)).toEqual([
      {
        rule: "returned release",
        message:
          "You asked for 5 %. green still has the release that was live until 12:30 UTC, when a return took it off the public path. Set images.green to a fixed release. If the same one may go out again, set rolloutOverride to a reason, and rolloutOverrideAllows to returned.",
        allowance: "returned",
      },
    ]);
  });

  it("needs a reason that names it, once", () => {
    const returned = returnedRecord();
    expect(refusals(returned, because("the cause was the database"))).toHaveLength(1);
    const override = because("the cause was the database", "returned");
    const decision = decide(move(returned, { weightPercent: 5, override }, "13:00"));
    expect(decision).toMatchObject({ accepted: true, overridden: [{ rule: "returned release" }] });
    const observed = { liveColour: "blue", weightPercent: 5, images: bothImages } as const;
    const risen = nextRecord(returned, observed, new Date("2026-11-23T13:00:00.000Z"), { override: override.reason });
    const next = decide(move(risen, { weightPercent: 25 }, "16:00"));
    expect(next.accepted).toBe(true);
  });

  it("is held back again where the weight has gone back to 0 since", () => {
    const returned = returnedRecord();
    const later = { ...returned, history: [...returned.history, ...returned.history] };
    expect(refusals(later)).toHaveLength(1);
  });

  it("is free with another image, with another setting, and after another promote", () => {
    const returned = returnedRecord();
    const images = { ...bothImages, green: digest("c") };
    expect(refusals({ ...returned, images })).toEqual([]);
    expect(refusals({ ...returned, releaseSettings: { blue: info, green: info } })).toEqual([]);
    const promoted = nextRecord(
      { ...returned, images, weightPercent: 100 },
      { liveColour: "green", weightPercent: 0, images },
      new Date("2026-11-23T18:00:00.000Z"),
    );
    expect(promoted.returnedFrom).toBeUndefined();
  });

  it("goes by the image alone where nobody recorded settings", () => {
    const returned = returnedRecord();
    const { releaseSettings: _, ...older } = returned;
    const returnedFrom = { at: "2026-11-23T12:30:00.000Z", image: digest("b") };
    expect(refusals({ ...older, returnedFrom })).toHaveLength(1);
  });

  it("leaves the weight 0 alone", () => {
    const returned = returnedRecord();
    expect(decide(move(returned, {}, "13:00")).accepted).toBe(true);
  });
});
