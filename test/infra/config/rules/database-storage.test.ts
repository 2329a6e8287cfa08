import { describe, expect, it } from "vitest";
import { problemsOf } from "../committed.ts";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "a storage ceiling that RDS refuses",
    stage: "staging",
    set: { "database.allocatedStorageGib": 50, "database.maxAllocatedStorageGib": 54 },
    told: [
      [
        "database.maxAllocatedStorageGib",
        "54",
        "at least 10 % above allocatedStorageGib, 55: RDS refuses a smaller ceiling",
        set("staging", "--path database.maxAllocatedStorageGib 55"),
      ],
    ],
  },
];

describe("the rule of database storage", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it("accepts a storage ceiling exactly 10 % above the start", () => {
    expect(
      problemsOf("staging", { "database.allocatedStorageGib": 50, "database.maxAllocatedStorageGib": 55 }),
    ).toEqual([]);
  });
});
