import { describe, expect, it } from "vitest";
import { type RuleCase, set, told } from "../fixture-config.ts";

const cases: readonly RuleCase[] = [
  {
    breach: "a zone of another region",
    stage: "staging",
    set: { "aws.availabilityZones[1]": "us-east-1b" },
    told: [
      [
        "aws.availabilityZones[1]",
        '"us-east-1b"',
        "must be a zone of aws.region, ap-southeast-2",
        set("staging", "'aws.availabilityZones[1]' ap-southeast-2b"),
      ],
    ],
  },
  {
    breach: "a region without any of the zones",
    stage: "staging",
    set: { "aws.region": "us-east-1" },
    told: [
      [
        "aws.region",
        '"us-east-1"',
        "must be the region of aws.availabilityZones",
        set("staging", "aws.region ap-southeast-2"),
      ],
    ],
  },
  {
    breach: "the same zone twice",
    stage: "staging",
    set: { "aws.availabilityZones[1]": "ap-southeast-2a" },
    told: [
      [
        "aws.availabilityZones[1]",
        '"ap-southeast-2a"',
        "must differ from the zones before it in the list",
        set("staging", "'aws.availabilityZones[1]' <value>"),
      ],
    ],
  },
  {
    breach: "a chat without a channel",
    stage: "staging",
    set: { "alerts.chat": {} },
    told: [
      [
        "alerts.chat",
        "{}",
        "must have slack or teams: without either no chat shows anything",
        set("staging", "--remove alerts.chat"),
      ],
    ],
  },
  {
    breach: "certificates of Cloudflare where nothing goes through it",
    stage: "staging",
    set: { "dns.originPulls": { mode: "passthrough" } },
    told: [
      [
        "dns.originPulls.mode",
        '"passthrough"',
        "must be off while dns.proxied is false: nobody but Cloudflare has the certificate",
        set("staging", "dns.originPulls.mode off"),
      ],
    ],
  },
  {
    breach: "a certificate of an authority that is not trusted",
    stage: "production",
    set: { "dns.originPulls": { mode: "verify", authorities: [1, 2], presented: 3 } },
    told: [
      [
        "dns.originPulls.presented",
        "3",
        "must be one of dns.originPulls.authorities, 1 and 2: the load balancer refuses any other",
        set("production", "dns.originPulls.presented 1"),
      ],
    ],
  },
  {
    breach: "the same authority twice",
    stage: "production",
    set: { "dns.originPulls.authorities": [1, 1] },
    told: [
      [
        "dns.originPulls.authorities[1]",
        "1",
        "must differ from the authorities before it in the list",
        set("production", "--remove 'dns.originPulls.authorities[1]'"),
      ],
    ],
  },
  {
    breach: "a second stack that sets the zone",
    stage: "staging",
    set: { "dns.managesZone": true },
    told: [
      [
        "dns.managesZone",
        "true",
        "must be false in staging: production shares the zone and sets it",
        set("staging", "dns.managesZone false"),
      ],
    ],
  },
  {
    breach: "a host outside the zone",
    stage: "production",
    set: { "hosts.api": "api.celebrant-portal.com.au" },
    told: [
      [
        "hosts.api",
        '"api.celebrant-portal.com.au"',
        "must be a name in dns.zone, celebrant-portal.com, where its DNS record is created",
        set("production", "hosts.api api.celebrant-portal.com"),
      ],
    ],
  },
  {
    breach: "a DNS zone that contains none of the hosts",
    stage: "production",
    set: { "dns.zone": "portal.com" },
    told: [
      [
        "dns.zone",
        '"portal.com"',
        "must be the DNS zone that contains the names in hosts",
        set("production", "dns.zone <value>"),
      ],
    ],
  },
  {
    breach: "the same host for the candidate and the public",
    stage: "production",
    set: { "hosts.candidateApi": "api.celebrant-portal.com" },
    told: [
      [
        "hosts.candidateApi",
        '"api.celebrant-portal.com"',
        "must differ from hosts.api",
        set("production", "hosts.candidateApi <value>"),
      ],
    ],
  },
  {
    breach: "proxied hosts that Cloudflare's certificate does not cover",
    stage: "staging",
    set: { "dns.proxied": true },
    told: [
      [
        "dns.proxied",
        "true",
        "must be false for hosts.api and hosts.candidateApi: Cloudflare's certificate covers only one label below celebrant-portal.com",
        set("staging", "dns.proxied false"),
      ],
    ],
  },
  {
    breach: "mail from outside the zone",
    stage: "staging",
    set: { "mail.domain": "gmail.com" },
    told: [
      [
        "mail.domain",
        '"gmail.com"',
        "must be a domain in dns.zone, celebrant-portal.com, where its DKIM, SPF and DMARC records are created",
        set("staging", "mail.domain celebrant-portal.com"),
      ],
    ],
  },
];

describe("the rules of regions, zones and hosts", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });
});
