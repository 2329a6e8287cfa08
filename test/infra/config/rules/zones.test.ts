import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "a zone of another region",
    stage: "staging",
    set: { "aws.availabilityZones[1]": "us-east-1b" },
    told: [
      [
        "aws.availabilityZones[1]",
        '"us-east-1b"',
        "a zone of aws.region, ap-southeast-2",
        set("staging", "--path 'aws.availabilityZones[1]' ap-southeast-2b"),
      ],
    ],
  },
  {
    breach: "a region that none of the zones is in",
    stage: "staging",
    set: { "aws.region": "us-east-1" },
    told: [
      [
        "aws.region",
        '"us-east-1"',
        "the region of availabilityZones",
        set("staging", "--path aws.region ap-southeast-2"),
      ],
    ],
  },
  {
    breach: "a zone twice",
    stage: "staging",
    set: { "aws.availabilityZones[1]": "ap-southeast-2a" },
    told: [
      [
        "aws.availabilityZones[1]",
        '"ap-southeast-2a"',
        "a zone that is not listed before",
        set("staging", "--path 'aws.availabilityZones[1]' <value>"),
      ],
    ],
  },
];

describe("the rule of availability zones", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
