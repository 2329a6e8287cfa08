/** What a subnet is for: `public` faces the internet, `private` reaches out through NAT, `database` reaches nothing. */
export type SubnetTier = "public" | "private" | "database";

/** Zones that each tier has room for. */
export const maximumZones = 4;

/** A /16 holds sixteen /20 blocks. Each tier owns four of them. Blocks 12 to 15 are free for a further tier. */
const firstBlock: Readonly<Record<SubnetTier, number>> = { public: 0, private: 4, database: 8 };

/** Addresses in a /20 block come in steps of 16 of the third octet. */
const blockSize = 16;

/** One availability zone of the network. */
export interface Zone {
  /** Full name, such as `ap-southeast-2a`. */
  readonly name: string;
  /** Letter that ends the name. Logical names contain it, so they stay the same when the list changes. */
  readonly letter: string;
  /** Place in the stage's list, from 0. It decides the zone's address blocks, so new zones must come last. */
  readonly index: number;
}

/**
 * Reads the list of zones.
 *
 * @throws {RangeError} when the list is empty, names a zone twice, or names one of another region
 */
export function parseZones(region: string, names: readonly string[]): readonly Zone[] {
  if (names.length === 0) {
    throw new RangeError("availabilityZones is empty: the network needs at least one zone. List zones of the region.");
  }
  return names.map((name, index) => {
    const letter = name.slice(region.length);
    if (!name.startsWith(region) || !/^[a-z]$/.test(letter)) {
      throw new RangeError(
        `availabilityZones has ${name}: zones must lie in the region ${region}. Name one such as ${region}a.`,
      );
    }
    if (names.indexOf(name) !== index) {
      throw new RangeError(`availabilityZones has ${name} twice: each zone gets one subnet a tier. Name it once.`);
    }
    return { name, letter, index };
  });
}

/**
 * The /20 block of one subnet.
 *
 * The block depends on the tier and the zone's place in the list, and not on the number of zones. A zone at the end of
 * the list takes a free block and moves no other. That matters because a new block replaces the subnet and everything in
 * it.
 *
 * @param vpcCidr the VPC's network, a /16 such as `10.20.0.0/16`
 * @param tier what the subnet is for
 * @param zoneIndex place of the zone in the stage's list of zones, from 0
 * @throws {RangeError} when `vpcCidr` is not a /16 network address, or the tier has no block for `zoneIndex`
 */
export function subnetCidr(vpcCidr: string, tier: SubnetTier, zoneIndex: number): string {
  const [, first, second] = /^(\d{1,3})\.(\d{1,3})\.0\.0\/16$/.exec(vpcCidr) ?? [];
  if (first === undefined || second === undefined) {
    throw new RangeError(
      `cidrBlock is ${vpcCidr}: subnets are /20 blocks of a /16 whose last two octets are 0. Set network.cidrBlock to a network such as 10.20.0.0/16.`,
    );
  }
  if (!Number.isInteger(zoneIndex) || zoneIndex < 0 || zoneIndex >= maximumZones) {
    throw new RangeError(
      `There is no ${tier} subnet for zone number ${zoneIndex}: a tier has blocks for zones 0 to ${maximumZones - 1}. List at most ${maximumZones} zones in aws.availabilityZones.`,
    );
  }
  return `${first}.${second}.${(firstBlock[tier] + zoneIndex) * blockSize}.0/20`;
}
