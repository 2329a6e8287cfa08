import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkScope } from "./scope.ts";
import { type AddressedVpc, createSubnet, routedSubnetId } from "./subnets.ts";
import type { Zone } from "./zones.ts";

/** The database subnets and the one route table they share. */
export interface DatabaseTier {
  /** Ids of the subnets, known once each is associated with the tier's own route table. */
  readonly subnetIds: pulumi.Output<string>[];
  readonly routeTableId: pulumi.Output<string>;
}

/** Creates the database subnets. Their route table has no route but the VPC's own: nothing there can reach out. */
export function createDatabaseTier(scope: NetworkScope, vpc: AddressedVpc, zones: readonly Zone[]): DatabaseTier {
  const { parent } = scope;
  const tableName = `${scope.name}-database`;
  const routeTable = new RouteTable(
    tableName,
    { vpcId: vpc.vpc.id, tags: { ...scope.tags, Name: tableName } },
    { parent },
  );
  const subnetIds = zones.map((zone) => {
    const subnet = createSubnet(scope, vpc, "database", zone);
    const association = new RouteTableAssociation(
      `${tableName}-${zone.letter}`,
      { routeTableId: routeTable.id, subnetId: subnet.id },
      { parent },
    );
    return routedSubnetId(subnet, [association]);
  });
  return { subnetIds, routeTableId: routeTable.id };
}
