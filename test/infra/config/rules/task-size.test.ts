import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "a task size that Fargate does not offer",
    stage: "staging",
    set: { "api.cpuUnits": 1024, "api.memoryMib": 1024 },
    told: [
      [
        "api.memoryMib",
        "1024",
        "with 1024 cpuUnits Fargate offers 2048 to 8192 in steps of 1024 MiB",
        set("staging", "--path api.memoryMib 2048"),
      ],
    ],
  },
  {
    breach: "the gap in the sizes of the smallest task",
    stage: "staging",
    set: { "api.memoryMib": 1536 },
    told: [
      [
        "api.memoryMib",
        "1536",
        "with 256 cpuUnits Fargate offers 512, 1024 or 2048 MiB",
        set("staging", "--path api.memoryMib 2048"),
      ],
    ],
  },
];

describe("the rule of a task's size", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
