import type { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkScope } from "./scope.ts";
import { type AddressedVpc, createSubnet, routedSubnetId } from "./subnets.ts";
import type { Zone } from "./zones.ts";

/** A public subnet with its way to the internet. */
export interface PublicZone {
  readonly zone: Zone;
  /** Id of the subnet, known once the internet gateway's route stands. */
  readonly subnetId: pulumi.Output<string>;
}

/** Creates the public subnets. They share one route table, since the internet gateway is not bound to a zone. */
export function createPublicTier(
  scope: NetworkScope,
  vpc: AddressedVpc,
  zones: readonly Zone[],
  internetGateway: InternetGateway,
): readonly PublicZone[] {
  const { parent } = scope;
  const tableName = `${scope.name}-public`;
  const routeTable = new RouteTable(
    tableName,
    { vpcId: vpc.vpc.id, tags: { ...scope.tags, Name: tableName } },
    { parent },
  );
  const route = new Route(
    `${tableName}-internet`,
    { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: internetGateway.id },
    { parent },
  );
  return zones.map((zone) => {
    const subnet = createSubnet(scope, vpc, "public", zone);
    const association = new RouteTableAssociation(
      `${tableName}-${zone.letter}`,
      { routeTableId: routeTable.id, subnetId: subnet.id },
      { parent },
    );
    return { zone, subnetId: routedSubnetId(subnet, [association, route]) };
  });
}
