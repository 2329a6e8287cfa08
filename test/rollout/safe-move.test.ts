import { describe, expect, it } from "vitest";
import type { WantedRollout } from "../../rollout/move.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { isSafeFromAnySplit } from "../../rollout/safe-move.ts";
import { because, bothImages, digest, move, promotedRecord, recordAt } from "../support/rollout.ts";

const info = { "api.logLevel": "info" };
const debug = { "api.logLevel": "debug" };
const releaseSettings = { blue: info, green: info };

function isSafe(previous: RolloutRecord | null, wanted: Partial<Omit<WantedRollout, "override">> = {}): boolean {
  return isSafeFromAnySplit(move(previous, { taskSettings: info, ...wanted }, "13:00"));
}

describe("a move from a split that nobody can read", () => {
  it("is safe where all traffic goes to live and nothing else changes", () => {
    expect(isSafe(null)).toBe(true);
    expect(isSafe(recordAt(0, { releaseSettings }))).toBe(true);
    expect(isSafe(recordAt(25, { releaseSettings }), { weightPercent: 0 })).toBe(true);
  });

  it("is not where the candidate keeps traffic, or another colour, image or key comes", () => {
    expect(isSafe(recordAt(25, { releaseSettings }))).toBe(false);
    expect(isSafe(promotedRecord({ releaseSettings }), { liveColour: "blue" })).toBe(false);
    expect(isSafe(recordAt(0, { releaseSettings }), { images: { ...bothImages, green: digest("c") } })).toBe(false);
    const signingKeys = { current: 1, alsoAccepted: 2, loginLifetimeSeconds: 3600 };
    expect(isSafe(recordAt(0, { releaseSettings }), { signingKeys })).toBe(false);
  });

  it("is not where a setting would be staged in a candidate that may have traffic", () => {
    expect(isSafe(recordAt(0, { releaseSettings }), { taskSettings: debug })).toBe(false);
    expect(isSafe(recordAt(0, { releaseSettings }), { taskSettings: debug, changesLiveInPlace: true })).toBe(false);
  });

  it("is safe with a changed setting that no colour takes by it: on the way down, and in the return window", () => {
    expect(isSafe(recordAt(25, { releaseSettings }), { weightPercent: 0, taskSettings: debug })).toBe(true);
    expect(isSafe(promotedRecord({ releaseSettings }), { taskSettings: debug })).toBe(true);
  });

  it("is safe where a reason names the setting, which may change under traffic, and where the record or the config has none", () => {
    const named = move(
      promotedRecord({ releaseSettings }),
      { taskSettings: debug, override: because("the key has leaked", "api.logLevel") },
      "13:00",
    );
    expect(isSafeFromAnySplit(named)).toBe(true);
    expect(isSafe(recordAt(0), { taskSettings: debug })).toBe(true);
    expect(isSafeFromAnySplit(move(recordAt(0, { releaseSettings }), {}, "13:00"))).toBe(true);
  });
});
