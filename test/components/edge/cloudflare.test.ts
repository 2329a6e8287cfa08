import { isIPv4, isIPv6 } from "node:net";
import { describe, expect, it } from "vitest";
import {
  CloudflarePrefixLists,
  cloudflareIpv4Ranges,
  cloudflareIpv6Ranges,
} from "../../../components/edge/cloudflare.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const listType = "aws:ec2/managedPrefixList:ManagedPrefixList";

const planLists = () =>
  planProgram(() => {
    const lists = new CloudflarePrefixLists(testName, { tags: testTags });
    return { ipv4: lists.ipv4PrefixListId, ipv6: lists.ipv6PrefixListId };
  });

describe("Cloudflare's ranges", () => {
  const bits = (address: string) =>
    address.split(".").reduce((number, octet) => number * 256n + BigInt(Number(octet)), 0n);

  it("are IPv4 networks that do not overlap, each written by its first address", () => {
    const blocks = cloudflareIpv4Ranges.map((range) => {
      const [address = "", length] = range.split("/");
      expect(isIPv4(address)).toBe(true);
      const size = 1n << BigInt(32 - Number(length));
      const first = bits(address);
      expect(first % size).toBe(0n);
      return { first, end: first + size };
    });
    const sorted = blocks.toSorted((one, other) => (one.first < other.first ? -1 : 1));
    for (const [index, block] of sorted.slice(1).entries()) {
      expect(sorted[index]?.end).toBeLessThanOrEqual(block.first);
    }
  });

  it("are IPv6 networks, each once and wide", () => {
    for (const range of cloudflareIpv6Ranges) {
      expect(range).toMatch(/^[0-9a-f:]+::\/(29|32)$/);
      expect(isIPv6(range.split("/")[0] ?? "")).toBe(true);
    }
    expect(new Set(cloudflareIpv6Ranges).size).toBe(7);
  });
});

describe("CloudflarePrefixLists", () => {
  it("makes a list for each address family with all its ranges", async () => {
    const plan = await planLists();
    const ipv4 = plan.only(listType, "portal-production-cloudflare-ipv4");
    const ipv6 = plan.only(listType, "portal-production-cloudflare-ipv6");
    expect(ipv4.inputs).toMatchObject({
      addressFamily: "IPv4",
      entries: cloudflareIpv4Ranges.map((cidr) => ({ cidr })),
      tags: { ...testTags, Name: "portal-production-cloudflare-ipv4" },
    });
    expect(ipv6.inputs).toMatchObject({
      addressFamily: "IPv6",
      entries: cloudflareIpv6Ranges.map((cidr) => ({ cidr })),
      tags: { ...testTags, Name: "portal-production-cloudflare-ipv6" },
    });
    expect(plan.outputs).toEqual({ ipv4: ipv4.id, ipv6: ipv6.id });
    expect(ipv4.parentUrn).toBe(plan.only("celebrant:edge:CloudflarePrefixLists").urn);
  });

  it("leaves room for new ranges and stays within 60 rules for two ports", async () => {
    for (const { inputs } of (await planLists()).all(listType)) {
      const maxEntries = Number(inputs["maxEntries"]);
      expect(maxEntries).toBeGreaterThan((inputs["entries"] as unknown[]).length);
      expect(maxEntries * 2).toBeLessThanOrEqual(60);
    }
  });
});
