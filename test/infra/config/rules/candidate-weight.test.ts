import { describe, expect, it } from "vitest";
import { problemsOf } from "../committed.ts";
import { type RuleCase, set, told } from "../rule-case.ts";

const digest = `sha256:${"a".repeat(64)}`;

const cases: readonly RuleCase[] = [
  {
    breach: "a weight that is no step's",
    stage: "staging",
    set: { candidateWeight: 10, "images.blue": digest, "images.green": digest },
    told: [
      [
        "candidateWeight",
        "10",
        "0 or the weight of a step in rollout.steps, 5, 25, 50 or 100 (guide R1)",
        set("staging", "--type int candidateWeight <0|5|25|50|100>"),
      ],
    ],
  },
  {
    breach: "traffic for a colour without an image",
    stage: "staging",
    set: { candidateWeight: 5, "images.blue": digest },
    told: [
      [
        "images",
        `{"blue":"${digest}`.slice(0, 80).concat("…"),
        "candidateWeight is 5, so both colours need an image, and green has none",
        `in Pulumi.staging.yaml, write
  celebrant-portal:images:
    blue: ${digest}
    green: <sha256: and 64 hexadecimal digits>`,
      ],
    ],
  },
  {
    breach: "traffic without any image",
    stage: "staging",
    set: { candidateWeight: 5 },
    told: [
      [
        "images",
        "{}",
        "candidateWeight is 5, so both colours need an image, and blue and green have none",
        `in Pulumi.staging.yaml, write
  celebrant-portal:images:
    blue: <sha256: and 64 hexadecimal digits>
    green: <sha256: and 64 hexadecimal digits>`,
      ],
    ],
  },
];

describe("the rule of the candidate's weight", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it.each([0, 5, 25, 50, 100])("accepts weight %i with an image for both colours", (candidateWeight) => {
    expect(problemsOf("production", { candidateWeight, "images.blue": digest, "images.green": digest })).toEqual([]);
  });
});
