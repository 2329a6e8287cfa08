import { describe, expect, it } from "vitest";
import { refuseMigration } from "../../rollout/migrations.ts";
import { bothImages, digest, guideSchedule, promotedRecord, recordAt } from "../support/rollout.ts";

const noon = new Date("2026-11-23T12:30:00Z");
const afterWindow = new Date("2026-11-30T12:00:00Z");

describe("expand", () => {
  it("may run any time before traffic", () => {
    expect(refuseMigration("expand", recordAt(0), guideSchedule, noon)).toBeUndefined();
    expect(refuseMigration("expand", promotedRecord(), guideSchedule, noon)).toBeUndefined();
  });

  it("is refused while the candidate has traffic", () => {
    expect(refuseMigration("expand", recordAt(5), guideSchedule, noon)?.message).toBe(
      "A migration of kind expand was asked for while 5 % of the traffic is on the candidate. Run it at weight 0, before traffic.",
    );
  });
});

describe("contract", () => {
  it("is refused before promote", () => {
    expect(refuseMigration("contract", recordAt(0), guideSchedule, noon)?.message).toBe(
      "A migration of kind contract was asked for but nothing was promoted. Promote the new version first.",
    );
    expect(refuseMigration("contract", recordAt(100), guideSchedule, afterWindow)?.message).toContain("while 100 %");
  });

  it("is refused while the old version can be returned to", () => {
    expect(refuseMigration("contract", promotedRecord(), guideSchedule, noon)?.message).toBe(
      "A migration of kind contract was asked for but the old version can be returned to until 2026-11-30 12:00 UTC and would break. Wait until then, or retire the old colour first.",
    );
  });

  it("may run once it cannot: the window over, or the old colour retired or replaced", () => {
    expect(refuseMigration("contract", promotedRecord(), guideSchedule, afterWindow)).toBeUndefined();
    for (const blue of [null, digest("c")]) {
      const record = promotedRecord({ images: { ...bothImages, blue } });
      expect(refuseMigration("contract", record, guideSchedule, noon)).toBeUndefined();
    }
  });
});
