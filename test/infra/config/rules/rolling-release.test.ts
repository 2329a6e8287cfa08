import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "a rolling release that does not rise",
    stage: "production",
    set: { "frontend.rollingRelease[1].targetPercentage": 5 },
    told: [
      [
        "frontend.rollingRelease[1].targetPercentage",
        "5",
        "more than the stage before it, 5",
        set("production", "--path 'frontend.rollingRelease[1].targetPercentage' <value>"),
      ],
    ],
  },
  {
    breach: "a rolling release that ends below 100",
    stage: "production",
    set: { "frontend.rollingRelease[3].targetPercentage": 90 },
    told: [
      [
        "frontend.rollingRelease[3].targetPercentage",
        "90",
        "100 on the last stage",
        set("production", "--path 'frontend.rollingRelease[3].targetPercentage' 100"),
      ],
    ],
  },
  {
    breach: "a stage of a rolling release without an end",
    stage: "production",
    set: { "frontend.rollingRelease[0].duration": undefined },
    told: [
      [
        "frontend.rollingRelease[0].duration",
        "missing",
        "required on every stage but the last: Vercel advances by itself then",
        set("production", "--path 'frontend.rollingRelease[0].duration' <value>"),
      ],
    ],
  },
  {
    breach: "an end of the last stage of a rolling release",
    stage: "production",
    set: { "frontend.rollingRelease[3].duration": "1h" },
    told: [
      [
        "frontend.rollingRelease[3].duration",
        '"1h"',
        "absent on the last stage: nothing comes after it",
        "pulumi config rm --stack production --path 'frontend.rollingRelease[3].duration'",
      ],
    ],
  },
];

describe("the rule of the frontend's rolling release", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
