import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "fewer tasks at most than at least",
    stage: "staging",
    set: { "api.minTasks": 4 },
    told: [["api.maxTasks", "3", "at least minTasks, 4", set("staging", "--path api.maxTasks 4")]],
  },
];

describe("the rule of the number of tasks", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
