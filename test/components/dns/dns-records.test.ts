import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { DnsRecordRequest } from "../../../components/dns/dns-record-request.ts";
import { DnsRecords } from "../../../components/dns/dns-records.ts";
import { planProgram, testName } from "../../support/plan-component.ts";

const recordType = "cloudflare:index/dnsRecord:DnsRecord";
const api = { key: "api", name: "api.celebrant-portal.com", type: "CNAME", content: "lb.example.com" } as const;

const planRecords = (records: readonly DnsRecordRequest[]) =>
  planProgram(() => void new DnsRecords(testName, { zoneId: "zone-1", records }));

/** Plans one record and answers its inputs. */
async function planned(request: DnsRecordRequest) {
  const plan = await planRecords([request]);
  return plan.only(recordType, `portal-production-${request.key}`).inputs;
}

describe("DnsRecords", () => {
  it("writes a record that nothing proxies and whose time to live Cloudflare chooses", async () => {
    expect(await planned(api)).toEqual({
      zoneId: "zone-1",
      name: "api.celebrant-portal.com",
      type: "CNAME",
      content: "lb.example.com",
      proxied: false,
      ttl: 1,
    });
  });

  it("proxies, keeps a time to live and comments where asked", async () => {
    expect(await planned({ ...api, proxied: true, comment: "Load balancer" })).toMatchObject({
      proxied: true,
      ttl: 1,
      comment: "Load balancer",
    });
    expect(await planned({ ...api, ttlSeconds: 300 })).toMatchObject({ proxied: false, ttl: 300 });
  });

  it("strips trailing dots of names and hosts, of values known only later too", async () => {
    const request = {
      ...api,
      name: pulumi.output("api.celebrant-portal.com."),
      content: pulumi.output("lb.example.com."),
    };
    expect(await planned(request)).toMatchObject({ name: "api.celebrant-portal.com", content: "lb.example.com" });
  });

  it("gives an MX record its preference and quotes a TXT record", async () => {
    const mail = "bounce.celebrant-portal.com";
    expect(
      await planned({ key: "mx", name: mail, type: "MX", content: "feedback-smtp.example.com", priority: 10 }),
    ).toMatchObject({ type: "MX", content: "feedback-smtp.example.com", priority: 10 });
    expect(await planned({ key: "spf", name: mail, type: "TXT", content: "v=spf1 -all" })).toMatchObject({
      type: "TXT",
      content: '"v=spf1 -all"',
    });
  });

  it("hangs every record on itself", async () => {
    const plan = await planRecords([api, { ...api, key: "candidate", name: "api-v2.celebrant-portal.com" }]);
    const component = plan.only("celebrant:dns:DnsRecords", testName);
    expect(plan.all(recordType).map(({ parentUrn }) => parentUrn)).toEqual([component.urn, component.urn]);
  });

  it("refuses two records of one key", async () => {
    await expect(planRecords([api, { ...api, name: "other.celebrant-portal.com" }])).rejects.toThrow(
      "Two DNS records have the key api. A key names one record: give each its own.",
    );
  });

  it.each<[string, DnsRecordRequest, string]>([
    [
      "an MX record without a preference",
      { ...api, type: "MX" },
      "DNS record api of type MX has no priority. MX records have one and no others do.",
    ],
    [
      "a preference on another record",
      { ...api, priority: 10 },
      "DNS record api of type CNAME has priority 10. MX records have one and no others do.",
    ],
    [
      "a proxied TXT record",
      { ...api, type: "TXT", proxied: true },
      "DNS record api of type TXT is proxied. Cloudflare proxies A, AAAA and CNAME only: leave proxied out.",
    ],
    [
      "a time to live on a proxied record",
      { ...api, proxied: true, ttlSeconds: 300 },
      "DNS record api is proxied and has ttlSeconds 300. Cloudflare sets the time to live of a proxied record: leave ttlSeconds out.",
    ],
    [
      "a time to live below a minute",
      { ...api, ttlSeconds: 59 },
      "DNS record api has ttlSeconds 59. Cloudflare takes 60 to 86400 seconds.",
    ],
    [
      "a time to live above a day",
      { ...api, ttlSeconds: 86_401 },
      "DNS record api has ttlSeconds 86401. Cloudflare takes 60 to 86400 seconds.",
    ],
    [
      "a long comment",
      { ...api, comment: "c".repeat(101) },
      "DNS record api has a comment of 101 characters. Cloudflare takes 100: shorten it.",
    ],
  ])("refuses %s", async (_, request, message) => {
    await expect(planRecords([request])).rejects.toThrow(message);
  });

  it("takes the limits themselves", async () => {
    await expect(planned({ ...api, ttlSeconds: 60, comment: "c".repeat(100) })).resolves.toMatchObject({ ttl: 60 });
    await expect(planned({ ...api, ttlSeconds: 86_400 })).resolves.toMatchObject({ ttl: 86_400 });
  });
});
