import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ZonalNatGateway } from "./nat-gateways.ts";
import type { NetworkScope } from "./scope.ts";
import { type AddressedVpc, createSubnet, routedSubnetId } from "./subnets.ts";

/** A private subnet with its way out. */
export interface PrivateZone {
  /** Id of the subnet, known once the NAT gateway's route stands. */
  readonly subnetId: pulumi.Output<string>;
  readonly routeTableId: pulumi.Output<string>;
}

/**
 * Creates the private subnets. Each has a route table of its own even where one NAT gateway serves all, so that going
 * from `one` to `one-per-zone` changes routes in place and re-associates no subnet.
 */
export function createPrivateTier(
  scope: NetworkScope,
  vpc: AddressedVpc,
  gateways: readonly ZonalNatGateway[],
): readonly PrivateZone[] {
  const { parent } = scope;
  return gateways.map(({ zone, natGateway }) => {
    const logicalName = `${scope.name}-private-${zone.letter}`;
    const subnet = createSubnet(scope, vpc, "private", zone);
    const routeTable = new RouteTable(
      logicalName,
      { vpcId: vpc.vpc.id, tags: { ...scope.tags, Name: logicalName } },
      { parent },
    );
    const route = new Route(
      `${logicalName}-nat`,
      { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: natGateway.id },
      { parent },
    );
    const association = new RouteTableAssociation(
      logicalName,
      { routeTableId: routeTable.id, subnetId: subnet.id },
      { parent },
    );
    return { subnetId: routedSubnetId(subnet, [association, route]), routeTableId: routeTable.id };
  });
}
