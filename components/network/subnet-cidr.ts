/** What a subnet is for: `public` faces the internet, `private` reaches out through NAT, `database` reaches nothing. */
export type SubnetTier = "public" | "private" | "database";

/** A /16 holds sixteen /20 blocks. Each tier owns four of them, and 12 to 15 stay free for a tier still to come. */
const firstBlock: Readonly<Record<SubnetTier, number>> = { public: 0, private: 4, database: 8 };

/** Zones that each tier has room for. */
export const maximumZones = 4;

/** Addresses in a /20 block come in steps of 16 of the third octet. */
const blockSize = 16;

/**
 * The /20 block of one subnet.
 *
 * It follows from the tier and the zone's place in the list alone, never from how many zones there are. A zone that is
 * appended takes a free block and moves no other: a subnet's block cannot change without replacing the subnet and
 * everything in it.
 *
 * @param vpcCidr the VPC's network, a /16 such as `10.20.0.0/16`
 * @param tier what the subnet is for
 * @param zoneIndex place of the zone in the stage's list of zones, from 0
 * @throws {RangeError} when `vpcCidr` is no /16 network address, or the tier has no block for `zoneIndex`
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
