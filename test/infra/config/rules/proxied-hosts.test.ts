import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../rule-case.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "proxied hosts that Cloudflare's certificate does not reach",
    stage: "staging",
    set: { "dns.proxied": true },
    told: [
      [
        "dns.proxied",
        "true",
        "hosts.api and hosts.candidateApi lie deeper than one label below celebrant-portal.com, where Cloudflare's certificate does not reach",
        set("staging", "--path dns.proxied false"),
      ],
    ],
  },
];

describe("the rule of proxied hosts", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
