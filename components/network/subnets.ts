import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import type { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import { child, guarded, type Protection, type Scope } from "../scope.ts";
import { type SubnetTier, subnetCidr, type Zone } from "./address-plan.ts";

/** How many NAT gateways there are: `one` in the first zone for all, or `one-per-zone`. */
export type NatGatewayCount = "one" | "one-per-zone";

/** The VPC, its plain address range, which decides the subnets' ranges, and how the subnets are protected. */
export interface AddressedVpc {
  readonly vpc: Vpc;
  readonly cidrBlock: string;
  readonly protection: Protection;
}

/** A public subnet with its route to the internet. */
export interface PublicSubnet {
  readonly zone: Zone;
  /** Id of the subnet, known once the route to the internet gateway exists. */
  readonly subnetId: pulumi.Output<string>;
}

/** Creates the public subnets. They share one route table, because an internet gateway belongs to no zone. */
export function createPublicSubnets(
  scope: Scope,
  args: AddressedVpc & { readonly zones: readonly Zone[] },
): readonly PublicSubnet[] {
  const { logicalName, tags, opts } = child(scope, "public");
  const internet = child(scope, "internet");
  const gateway = new InternetGateway(internet.logicalName, { vpcId: args.vpc.id, tags: internet.tags }, opts);
  const routeTable = new RouteTable(logicalName, { vpcId: args.vpc.id, tags }, opts);
  const route = new Route(
    `${logicalName}-internet`,
    { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    opts,
  );
  return args.zones.map((zone) => ({
    zone,
    subnetId: createRoutedSubnet(scope, { ...args, tier: "public", zone, routeTable, routes: [route] }),
  }));
}

/** A private subnet with its route out. */
export interface PrivateSubnet {
  /** Id of the subnet, known once the route to the NAT gateway exists. */
  readonly subnetId: pulumi.Output<string>;
  readonly routeTableId: pulumi.Output<string>;
}

/**
 * Creates the private subnets and their NAT gateways. Each subnet has a route table of its own, even where one NAT
 * gateway serves all. So a change from `one` to `one-per-zone` updates routes in place and leaves every association.
 */
export function createPrivateSubnets(
  scope: Scope,
  args: AddressedVpc & { readonly publicSubnets: readonly PublicSubnet[]; readonly natGateways: NatGatewayCount },
): readonly PrivateSubnet[] {
  let shared: NatGateway | undefined;
  return args.publicSubnets.map((publicSubnet) => {
    const { zone } = publicSubnet;
    const natGateway = shared ?? createNatGateway(scope, publicSubnet);
    if (args.natGateways === "one") shared = natGateway;
    const { logicalName, tags, opts } = child(scope, `private-${zone.letter}`);
    const routeTable = new RouteTable(logicalName, { vpcId: args.vpc.id, tags }, opts);
    const route = new Route(
      `${logicalName}-nat`,
      { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: natGateway.id },
      opts,
    );
    return {
      subnetId: createRoutedSubnet(scope, { ...args, tier: "private", zone, routeTable, routes: [route] }),
      routeTableId: routeTable.id,
    };
  });
}

function createNatGateway(scope: Scope, { zone, subnetId }: PublicSubnet): NatGateway {
  const { logicalName, tags, opts } = child(scope, `nat-${zone.letter}`);
  const address = new Eip(logicalName, { domain: "vpc", tags }, opts);
  return new NatGateway(logicalName, { subnetId, allocationId: address.allocationId, tags }, opts);
}

/** The database subnets and the one route table that they share. */
export interface DatabaseSubnets {
  /** Ids of the subnets, known once each is associated with the route table. */
  readonly subnetIds: pulumi.Output<string>[];
  readonly routeTableId: pulumi.Output<string>;
}

/** Creates the database subnets. Their route table has the VPC's own route only, so nothing in them reaches out. */
export function createDatabaseSubnets(
  scope: Scope,
  args: AddressedVpc & { readonly zones: readonly Zone[] },
): DatabaseSubnets {
  const { logicalName, tags, opts } = child(scope, "database");
  const routeTable = new RouteTable(logicalName, { vpcId: args.vpc.id, tags }, opts);
  return {
    subnetIds: args.zones.map((zone) =>
      createRoutedSubnet(scope, { ...args, tier: "database", zone, routeTable, routes: [] }),
    ),
    routeTableId: routeTable.id,
  };
}

interface RoutedSubnetArgs extends AddressedVpc {
  readonly tier: SubnetTier;
  readonly zone: Zone;
  readonly routeTable: RouteTable;
  /** Routes of the table that the subnet needs. */
  readonly routes: readonly Route[];
}

/**
 * Creates the subnet of one tier in one zone, and gives it its route table.
 *
 * No subnet hands out public addresses, public subnets included. The load balancer and the NAT gateways bring their own
 * (AWS FSBP EC2.15).
 *
 * @returns the subnet's id, known once its routing exists. AWS refuses a load balancer in a subnet whose VPC has no
 * internet gateway yet, and a task that starts before the NAT route exists cannot pull its image. Whatever uses this id
 * waits for the routing, and is deleted before it
 */
function createRoutedSubnet(scope: Scope, args: RoutedSubnetArgs): pulumi.Output<string> {
  const { tier, zone, routeTable, routes } = args;
  const own = child(scope, `${tier}-${zone.letter}`);
  const { logicalName, tags, opts } = guarded(own, args.protection);
  const subnet = new Subnet(
    logicalName,
    {
      vpcId: args.vpc.id,
      availabilityZone: zone.name,
      cidrBlock: subnetCidr(args.cidrBlock, tier, zone.index),
      mapPublicIpOnLaunch: false,
      tags,
    },
    opts,
  );
  const association = new RouteTableAssociation(
    logicalName,
    { routeTableId: routeTable.id, subnetId: subnet.id },
    own.opts,
  );
  return pulumi.all([association, ...routes].map((resource) => resource.id)).apply(() => subnet.id);
}
