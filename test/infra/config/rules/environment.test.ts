import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "another stage's environment",
    stage: "staging",
    set: { "api.environment": "production" },
    told: [
      [
        "api.environment",
        '"production"',
        "the stage itself, staging: seed data and debugging hang on it (guide S3, S4, P2)",
        set("staging", "--path api.environment staging"),
      ],
    ],
  },
  {
    breach: "staging's environment in production, and so its seed data",
    stage: "production",
    set: { "api.environment": "staging" },
    told: [
      [
        "api.environment",
        '"staging"',
        "the stage itself, production: seed data and debugging hang on it (guide S3, S4, P2)",
        set("production", "--path api.environment production"),
      ],
    ],
  },
];

describe("the rule of the container's environment", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
