import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "a freeze window that ends before it begins",
    stage: "staging",
    set: {
      "rollout.freezeWindows": [
        { from: "2027-01-04T00:00:00+11:00", until: "2026-12-19T00:00:00+11:00", reason: "weddings" },
      ],
    },
    told: [
      [
        "rollout.freezeWindows[0].until",
        '"2026-12-19T00:00:00+11:00"',
        "a moment after the window's from, 2027-01-04T00:00:00+11:00",
        set("staging", "--path 'rollout.freezeWindows[0].until' <value>"),
      ],
    ],
  },
];

describe("the rule of freeze windows", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
