import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SetLatch } from "../../../rollout/latch.ts";
import { minimumReasonLength } from "../../../rollout/reason.ts";
import type { HistoryEntry, ImagesByColour } from "../../../rollout/record.ts";
import { type ResumeRequest, refuseResume } from "../../../rollout/rules/latch-and-resume.ts";
import { bothImages, digest, recordAt } from "../../support/rollout.ts";

const fixed: ImagesByColour = { ...bothImages, green: digest("c") };

const entry = (
  time: string,
  event: HistoryEntry["event"],
  weightPercent: number,
  images = bothImages,
): HistoryEntry => {
  return { at: `2026-11-23T${time}Z`, event, liveColour: "blue", weightPercent, images };
};

const latch: SetLatch = {
  state: "set",
  at: "2026-11-23T12:30:00Z",
  reason: "portal-production-green-unfit",
  rolledBack: "green",
};

/** Green had 5 % with release b, was taken off the path at half past twelve, and config and record say so since one. */
const lowered = [entry("12:00:00.000", "advanced", 5), entry("13:00:00.000", "lowered", 0)];

/** Green got the fixed release c at two. */
const mended: ResumeRequest = {
  record: recordAt(0, { images: fixed, history: [...lowered, entry("14:00:00.000", "image", 0, fixed)] }),
  latch,
  split: { blue: 100, green: 0 },
  configuredWeightPercent: 0,
};

/** Green still has release b. */
const unmended: ResumeRequest = { ...mended, record: recordAt(0, { history: lowered }) };

const sameImage = `images.green is still ${digest("b")}, as it was when the latch was set. Set it to a fixed release and update, or give --reason why the same one may go out.`;

describe("refuseResume", () => {
  it("lets the latch be cleared at weight 0 with another candidate image", () => {
    expect(refuseResume(mended)).toEqual([]);
  });

  it("lets the same image go out again for a written reason", () => {
    expect(refuseResume({ ...unmended, reason: "the database was down" })).toEqual([]);
  });

  it("refuses the image that was rolled back, without a reason", () => {
    expect(refuseResume(unmended)).toEqual([sameImage]);
  });

  it.each([
    ["another split", { blue: 95, green: 5 }, "blue 95 and green 5"],
    ["all of it on the candidate", { blue: 0, green: 100 }, "blue 0 and green 100"],
    ["a split that somebody wrote by hand", { blue: 1, green: 0 }, "blue 1 and green 0"],
  ])("refuses where AWS has %s", (_what, split, words) => {
    expect(refuseResume({ ...mended, split })).toEqual([
      `The public rule in AWS gives ${words}, and the latch is cleared at weight 0 only. First run npm run rollout -- rollback --stage <stage>.`,
    ]);
  });

  it.each([
    ["config", 5, 0],
    ["the record", 0, 5],
    ["both", 5, 5],
  ])("refuses where %s would let the weight out again", (_where, configuredWeightPercent, weightPercent) => {
    const record = { ...mended.record, weightPercent };
    expect(refuseResume({ ...mended, record, configuredWeightPercent })).toEqual([
      `candidateWeight is ${configuredWeightPercent} in config and ${weightPercent} in the record, and clearing the latch would let it go out again. Set it to 0 and update, or run npm run rollout -- rollback --stage <stage>, which does both.`,
    ]);
  });

  it("tells every refusal at once", () => {
    const request = { ...unmended, split: { blue: 95, green: 5 }, configuredWeightPercent: 5 };
    expect(refuseResume(request).map((problem) => problem.split(" ")[0])).toEqual([
      "The",
      "candidateWeight",
      "images.green",
    ]);
  });

  it.each([
    ["", false],
    ["too short", false],
    ["          ", false],
    [`   ${"x".repeat(minimumReasonLength - 1)}   `, false],
    ["x".repeat(minimumReasonLength), true],
  ])("takes %j for a reason: %s", (reason, isTaken) => {
    const problems = refuseResume({ ...unmended, reason });
    expect(problems).toEqual(
      isTaken
        ? []
        : [
            `The reason is "${reason.trim()}", which is too short. Write at least 10 characters that a later reader will understand.`,
          ],
    );
  });

  it("refuses a reason that says nothing also where none was needed", () => {
    expect(refuseResume({ ...mended, reason: "ok" })).toHaveLength(1);
  });

  it("takes the candidate for what was rolled back where the latch does not say", () => {
    const { rolledBack: _, ...unknown } = latch;
    expect(refuseResume({ ...unmended, latch: unknown })).toEqual([sameImage]);
    expect(refuseResume({ ...mended, latch: unknown })).toEqual([]);
  });

  it("takes the last image for what was rolled back where the latch does not say when", () => {
    const unknown = { ...latch, at: "unknown" };
    expect(refuseResume({ ...unmended, latch: unknown })).toEqual([sameImage]);
    // Whether c came after the rollback nobody can tell, so a reason is asked for.
    expect(refuseResume({ ...mended, latch: unknown })).toEqual([sameImage.replace(digest("b"), digest("c"))]);
    expect(refuseResume({ ...mended, latch: unknown, reason: "c is the fixed one" })).toEqual([]);
  });

  it("takes the image of the time of the rollback, whatever came before it", () => {
    const history = [entry("09:00:00.000", "image", 0, fixed), ...lowered];
    expect(refuseResume({ ...unmended, record: recordAt(0, { history }) })).toEqual([sameImage]);
    const back = [...lowered, entry("14:00:00.000", "image", 0, fixed), entry("15:00:00.000", "image", 0)];
    expect(refuseResume({ ...unmended, record: recordAt(0, { history: back }) })).toEqual([sameImage]);
  });

  it("compares moments and not texts, since the machine writes its time without a fraction", () => {
    const history = [entry("12:00:00.000", "advanced", 5), entry("12:30:00.400", "image", 0, fixed)];
    expect(refuseResume({ ...mended, record: recordAt(0, { images: fixed, history }) })).toEqual([]);
  });

  it("takes the first image that is known for one that was rolled back before all of history", () => {
    const early = { ...latch, at: "2026-11-01T00:00:00Z" };
    expect(refuseResume({ ...unmended, latch: early })).toEqual([sameImage]);
    expect(refuseResume({ ...mended, latch: early })).toEqual([]);
  });

  it("asks for a reason where no history tells which image was rolled back", () => {
    expect(refuseResume({ ...unmended, record: recordAt(0, { history: [] }) })).toEqual([sameImage]);
  });

  it("asks for none where the rolled back colour is live again, or has no image that could go out", () => {
    const live = recordAt(0, { liveColour: "green", history: lowered });
    expect(refuseResume({ ...unmended, record: live, split: { blue: 0, green: 100 } })).toEqual([]);
    const images = { ...bothImages, green: null };
    const none = [entry("12:00:00.000", "deployed", 0, images)];
    expect(refuseResume({ ...unmended, record: recordAt(0, { images, history: none }) })).toEqual([]);
  });

  it("never lets the latch be cleared while anything is out, whatever else is given", () => {
    const weight = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(
        weight,
        weight,
        weight,
        fc.option(fc.string(), { nil: undefined }),
        (inAws, inConfig, inRecord, reason) => {
          const problems = refuseResume({
            ...mended,
            record: { ...mended.record, weightPercent: inRecord },
            split: { blue: 100 - inAws, green: inAws },
            configuredWeightPercent: inConfig,
            reason,
          });
          if (inAws + inConfig + inRecord > 0) expect(problems).not.toEqual([]);
        },
      ),
    );
  });
});
