import { describe, expect, it } from "vitest";
import { awaitedLines, releaseEvidence, toldLines } from "../../../cli/reports/release-evidence.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { formatVerification, releaseFingerprint, type Verification } from "../../../rollout/verification.ts";
import { recordAt } from "../../support/rollout.ts";

const promotedAt = "2026-11-23T10:00:00.000Z";
const promoted: RolloutRecord = { ...recordAt(0), promotedAt, previousVersionIn: "green" } as RolloutRecord;

function evidenceOf(record: RolloutRecord, over: Partial<Verification> | null, required = true) {
  const live: Verification = {
    version: 1,
    release: releaseFingerprint(record, "blue") ?? "",
    image: record.images.blue ?? "",
    host: "public",
    verdict: "pass",
    at: "2026-11-23T11:00:00.000Z",
    objections: [],
  };
  return releaseEvidence({
    stage: "production",
    config: { timeZone: "UTC", verify: { required, integrityRequired: false, validFor: "7d" } } as never,
    record,
    candidate: "green",
    takenAt: new Date("2026-11-23T12:00:00.000Z"),
    findings: {
      verifications: over === null ? {} : { blue: formatVerification({ ...live, ...over }) },
      dataEvidence: {},
    },
  });
}

describe("what is told of the live release since its promote", () => {
  const withoutCandidate: RolloutRecord = { ...promoted, images: { ...promoted.images, green: null } };
  const missing =
    "Nobody has verified the release in blue on the public host since its promote (guide R4). Run npm run rollout -- verify --stage production";

  it.each([
    ["passed", {}, "The release in blue passed verify on the public host at 11:00 UTC."],
    [
      "failed",
      { verdict: "fail", objections: ["couple"] },
      "The release in blue was verified on the public host at 11:00 UTC, and the verdict is fail: couple. Run npm run rollout -- verify --stage production",
    ],
    ["was never verified", null, missing],
    ["was verified before the promote", { at: "2026-11-23T09:00:00.000Z" }, missing],
    ["was verified as the candidate", { host: "candidate" }, missing],
    ["is another one", { release: "0" }, missing],
  ] as const)("where it %s", (_, over, line) => {
    const evidence = evidenceOf(withoutCandidate, over as Partial<Verification> | null);
    expect(toldLines(evidence)).toEqual([line]);
    expect(awaitedLines(evidence)).toEqual([]);
  });

  it("is nothing where the config requires nothing, and before a promote", () => {
    expect(evidenceOf(withoutCandidate, null, false)).toEqual([]);
    expect(evidenceOf({ ...withoutCandidate, promotedAt: null }, null)).toEqual([]);
  });
});
