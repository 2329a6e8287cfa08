import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "origins without the frontend's",
    stage: "staging",
    set: { "api.allowedOrigins": ["https://other.celebrant-portal.com"] },
    told: [
      [
        "api.allowedOrigins[1]",
        "missing",
        "hosts.frontend calls the API, so https://staging.celebrant-portal.com is among them (guide S4, P2)",
        set("staging", "--path 'api.allowedOrigins[1]' https://staging.celebrant-portal.com"),
      ],
    ],
  },
];

describe("the rule of allowed origins", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
