import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "mail from outside the zone",
    stage: "staging",
    set: { "mail.domain": "gmail.com" },
    told: [
      [
        "mail.domain",
        '"gmail.com"',
        "a domain in dns.zone, celebrant-portal.com: its DKIM, SPF and DMARC records are made there",
        set("staging", "--path mail.domain celebrant-portal.com"),
      ],
    ],
  },
];

describe("the rule of the mail domain", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
