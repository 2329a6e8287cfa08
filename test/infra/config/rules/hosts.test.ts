import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "a host outside the zone",
    stage: "production",
    set: { "hosts.api": "api.celebrant-portal.com.au" },
    told: [
      [
        "hosts.api",
        '"api.celebrant-portal.com.au"',
        "a name in dns.zone, celebrant-portal.com: its record is made there",
        set("production", "--path hosts.api api.celebrant-portal.com"),
      ],
    ],
  },
  {
    breach: "a zone that holds none of the hosts",
    stage: "production",
    set: { "dns.zone": "portal.com" },
    told: [
      [
        "dns.zone",
        '"portal.com"',
        "the zone that every one of hosts lies in",
        set("production", "--path dns.zone <value>"),
      ],
    ],
  },
  {
    breach: "the candidate's host being the public one",
    stage: "production",
    set: { "hosts.candidateApi": "api.celebrant-portal.com" },
    told: [
      [
        "hosts.candidateApi",
        '"api.celebrant-portal.com"',
        "another name than hosts.api",
        set("production", "--path hosts.candidateApi <value>"),
      ],
    ],
  },
];

describe("the rule of hosts", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
