import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maximumZones, parseZones, type SubnetTier, subnetCidr } from "../../../components/network/address-plan.ts";

const tiers: readonly SubnetTier[] = ["public", "private", "database"];
const everyBlock = (vpcCidr: string) =>
  tiers.flatMap((tier) => Array.from({ length: maximumZones }, (_, zone) => subnetCidr(vpcCidr, tier, zone)));

/** First and last address of a block as whole numbers. */
function range(cidr: string): { first: number; last: number } {
  const [address = "", prefix = ""] = cidr.split("/");
  const first = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { first, last: first + 2 ** (32 - Number(prefix)) - 1 };
}

describe("cutting subnets from the VPC", () => {
  it("gives each tier its four blocks, whatever the number of zones", () => {
    expect(everyBlock("10.20.0.0/16")).toEqual([
      ...["10.20.0.0/20", "10.20.16.0/20", "10.20.32.0/20", "10.20.48.0/20"],
      ...["10.20.64.0/20", "10.20.80.0/20", "10.20.96.0/20", "10.20.112.0/20"],
      ...["10.20.128.0/20", "10.20.144.0/20", "10.20.160.0/20", "10.20.176.0/20"],
    ]);
  });

  it("never lets two blocks overlap, nor one leave the VPC", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(octet, octet, (first, second) => {
        const vpcCidr = `${first}.${second}.0.0/16`;
        const vpc = range(vpcCidr);
        const blocks = everyBlock(vpcCidr).map(range);
        blocks.forEach((block, index) => {
          expect(block.first).toBeGreaterThanOrEqual(vpc.first);
          expect(block.last).toBeLessThanOrEqual(vpc.last);
          const next = blocks[index + 1];
          if (next !== undefined) expect(next.first).toBe(block.last + 1);
        });
      }),
    );
  });

  it.each(["10.20.0.0/20", "10.20.5.0/16", "10.20.0.0", "fd00::/16"])("refuses %s", (cidr) => {
    expect(() => subnetCidr(cidr, "public", 0)).toThrow(
      `cidrBlock is ${cidr}: subnets are /20 blocks of a /16 whose last two octets are 0. Set network.cidrBlock to a network such as 10.20.0.0/16.`,
    );
  });

  it.each([-1, 1.5, 4])("refuses zone number %s, whose block would be another tier's or none", (zone) => {
    expect(() => subnetCidr("10.20.0.0/16", "private", zone)).toThrow(
      `There is no private subnet for zone number ${zone}: a tier has blocks for zones 0 to 3.`,
    );
  });
});

describe("reading the zones", () => {
  it("keeps their order and takes their letters", () => {
    expect(parseZones("ap-southeast-2", ["ap-southeast-2c", "ap-southeast-2a"])).toEqual([
      { name: "ap-southeast-2c", letter: "c", index: 0 },
      { name: "ap-southeast-2a", letter: "a", index: 1 },
    ]);
  });

  it("refuses no zones", () => {
    expect(() => parseZones("ap-southeast-2", [])).toThrow("availabilityZones is empty");
  });

  it.each(["us-east-1a", "ap-southeast-2", "ap-southeast-2-per-1a"])(
    "refuses %s, which is not a zone of the region",
    (zone) => {
      expect(() => parseZones("ap-southeast-2", ["ap-southeast-2a", zone])).toThrow(
        `availabilityZones has ${zone}: zones must lie in the region ap-southeast-2. Name one such as ap-southeast-2a.`,
      );
    },
  );

  it("refuses a zone named twice", () => {
    expect(() => parseZones("ap-southeast-2", ["ap-southeast-2a", "ap-southeast-2a"])).toThrow(
      "availabilityZones has ap-southeast-2a twice: each zone gets one subnet a tier. Name it once.",
    );
  });
});
