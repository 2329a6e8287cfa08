import { describe, expect, it } from "vitest";
import { parseRecord } from "../../rollout/record.ts";
import { promotedRecord, recordAt } from "../support/rollout.ts";

describe("parseRecord", () => {
  it("reads what an earlier update left", () => {
    for (const record of [recordAt(25), promotedRecord()]) expect(parseRecord(structuredClone(record))).toEqual(record);
  });

  it("finds a first deployment where the stack has no such output", () => {
    expect([parseRecord(undefined), parseRecord(null)]).toEqual([null, null]);
  });

  it.each([{}, "blue", { ...recordAt(25), version: 2 }, { ...recordAt(25), weightPercent: "25" }])(
    "refuses %j, and says how it may have come about",
    (value) => {
      expect(() => parseRecord(value)).toThrow(
        /^The stack output "rollout" cannot be read: .+ It was written by another version of this program; run the update with that version, or repair the output with npx pulumi state edit --stack <stage>\.$/,
      );
      expect(() => parseRecord(value)).toThrow(TypeError);
    },
  );
});
