import { describe, expect, it } from "vitest";
import { areWideTogether, isPrivate, isWide } from "../../policies/address-ranges.ts";

describe("isWide", () => {
  it.each([
    "0.0.0.0/0",
    "1.2.3.4/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "8.0.0.0/8",
    "10.0.0.0/7",
    "172.0.0.0/8",
    "104.0.0.0/11",
    "::/0",
    "2000::/3",
    "2600::/16",
    "::ffff:0:0/0",
    "0.0.0.0",
    "10.0.0.0/33",
    "anywhere",
    "",
  ])("says yes of %j", (cidr) => expect(isWide(cidr)).toBe(true));

  it.each([
    "203.0.113.7/32",
    "104.16.0.0/13",
    "104.16.0.0/12",
    "10.0.0.0/8",
    "10.30.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
    "fd12:3456::/32",
    "2a06:98c0::/29",
    "2001:db8::1/128",
  ])("says no of %j", (cidr) => expect(isWide(cidr)).toBe(false));
});

it("knows the ranges that nobody on the internet is in", () => {
  expect(["10.1.0.0/16", "100.64.0.0/10", "fd00::/8"].map(isPrivate)).toEqual([true, true, true]);
  expect(["11.0.0.0/16", "172.0.0.0/8", "2000::/3", "x"].map(isPrivate)).toEqual([false, false, false, false]);
});

describe("areWideTogether", () => {
  const twelves = (count: number) => Array.from({ length: count }, (_value, index) => `${index + 11}.16.0.0/12`);

  it("adds up what narrow ranges hold", () => {
    expect(areWideTogether(twelves(16))).toBe(false);
    expect(areWideTogether(twelves(17))).toBe(true);
  });

  it("counts no private ones, and each family by itself", () => {
    expect(areWideTogether(["10.0.0.0/8", "172.16.0.0/12", ...twelves(16), "2a06:98c0::/29"])).toBe(false);
    expect(areWideTogether(["2000::/3"])).toBe(true);
  });
});
