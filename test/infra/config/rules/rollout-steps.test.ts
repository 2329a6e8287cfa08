import { describe, expect, it } from "vitest";
import { problemsOf } from "../committed.ts";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "a step that does not rise",
    stage: "staging",
    set: { "rollout.steps[2].weight": 25 },
    told: [
      [
        "rollout.steps[2].weight",
        "25",
        "more than the step before it, 25: a rollout rises from step to step",
        set("staging", "--path 'rollout.steps[2].weight' <value>"),
      ],
    ],
  },
  {
    breach: "a schedule that ends below 100",
    stage: "staging",
    set: { "rollout.steps[3].weight": 90 },
    told: [
      [
        "rollout.steps[3].weight",
        "90",
        "100 on the last step: only a colour that carried all traffic is promoted",
        set("staging", "--path 'rollout.steps[3].weight' 100"),
      ],
    ],
  },
  {
    breach: "a bake that no alarm can fire in",
    stage: "staging",
    set: { "rollout.steps[0].bake": "4m" },
    told: [
      [
        "rollout.steps[0].bake",
        '"4m"',
        "at least alerts.window, 5m: a shorter bake is over before an alarm can fire",
        set("staging", "--path 'rollout.steps[0].bake' 5m"),
      ],
    ],
  },
];

describe("the rule of the schedule", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it("accepts a step in which an alarm can just fire", () => {
    expect(problemsOf("staging", { "rollout.steps[0].bake": "5m" })).toEqual([]);
  });
});
