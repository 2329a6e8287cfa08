import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "an idle timeout that cuts a drain short",
    stage: "staging",
    set: { "api.stopTimeoutSeconds": 120, "api.idleTimeoutSeconds": 90 },
    told: [
      [
        "api.idleTimeoutSeconds",
        "90",
        "at least stopTimeoutSeconds, 120: the drain waits that long for a slow answer",
        set("staging", "--path api.idleTimeoutSeconds 120"),
      ],
    ],
  },
];

describe("the rule of timeouts", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
