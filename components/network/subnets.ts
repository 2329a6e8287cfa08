import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import type { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import type { NetworkScope } from "./scope.ts";
import { type SubnetTier, subnetCidr } from "./subnet-cidr.ts";
import type { Zone } from "./zones.ts";

/** The VPC and its plain address range, which decides the subnets' ranges. */
export interface AddressedVpc {
  readonly vpc: Vpc;
  readonly cidrBlock: string;
}

/**
 * Creates the subnet of one tier in one zone.
 *
 * Nothing gets a public address by itself, in public subnets neither: the load balancer and the NAT gateways bring
 * their own (AWS FSBP EC2.15).
 */
export function createSubnet(
  scope: NetworkScope,
  { vpc, cidrBlock }: AddressedVpc,
  tier: SubnetTier,
  zone: Zone,
): Subnet {
  const logicalName = `${scope.name}-${tier}-${zone.letter}`;
  return new Subnet(
    logicalName,
    {
      vpcId: vpc.id,
      availabilityZone: zone.name,
      cidrBlock: subnetCidr(cidrBlock, tier, zone.index),
      mapPublicIpOnLaunch: false,
      tags: { ...scope.tags, Name: logicalName },
    },
    { parent: scope.parent },
  );
}

/**
 * The subnet's id, known only once its routing stands.
 *
 * A load balancer in a subnet whose VPC has no internet gateway yet is refused, and a task started before the NAT route
 * exists cannot pull its image. Whoever takes this id waits for both without naming them, and is deleted before them.
 */
export function routedSubnetId(subnet: Subnet, routing: readonly pulumi.CustomResource[]): pulumi.Output<string> {
  return pulumi.all(routing.map((resource) => resource.id)).apply(() => subnet.id);
}
