import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import { allowances } from "../../../rollout/override.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { because, bothImages, digest, move, promotedRecord, recordAt } from "../../support/rollout.ts";

/** What refuses the first step after a promote of green at noon, an hour later. */
function firstStep(record: RolloutRecord, reason?: string, time = "13:00") {
  const wanted = { weightPercent: 5, ...(reason === undefined ? {} : { override: because(reason, ...allowances) }) };
  const decision = decide(move(record, wanted, time));
  return decision.accepted ? [] : decision.refusals;
}

describe("a rise after a promote", () => {
  it("is refused while the candidate has the release that was live before, whatever is written", () => {
    for (const reason of [undefined, "INC-12: it must be out today"]) {
      expect(firstStep(promotedRecord(), reason)).toEqual([
        {
          rule: "new release",
          message:
            "You asked for 5 %. blue still has the release that was live before green was promoted, which is the previous release, not a new one. Set images.blue to a new release. To return to blue, which was live before (possible until 2026-11-30 12:00 UTC), run npm run rollout -- rollback --stage <stage> --to blue.",
          allowance: null,
        },
      ]);
    }
  });

  it("is refused after the rollback window too, and then offers no return", () => {
    const [refusal] = firstStep(promotedRecord(), undefined, "2026-12-01T12:00:00Z");
    expect(refusal?.message).toMatch(/Set images\.blue to a new release\.$/);
  });

  it("is taken with a new release, and before any promote", () => {
    const images = { ...bothImages, blue: digest("c") };
    const staged = promotedRecord({ images });
    expect(firstStep(staged)).toEqual([]);
    expect(firstStep(recordAt(0))).toEqual([]);
  });
});
