/** Rules on routes: no way out of the database's subnets, and no way in past the balancer. */
import {
  databaseInstance,
  databaseSubnetGroup,
  internetGateway,
  route,
  routeTable,
  routeTableAssociation,
  service,
  subnet,
} from "../kinds.ts";
import { isSet, known, mentions, refersTo } from "../links.ts";
import { type Member, type Rule, type Stack, stackRule } from "../rule.ts";

export const routeRules: readonly Rule[] = [
  stackRule({
    name: "rds-no-way-out",
    rule: "The database's subnets must have no route out of the network",
    source: "AWS Security Hub RDS.46",
    kinds: [databaseInstance, databaseSubnetGroup, internetGateway, route, routeTable, routeTableAssociation, subnet],
    check(stack, report) {
      for (const instance of stack.all(databaseInstance)) {
        const group = stack.all(databaseSubnetGroup).find((one) => refersTo(instance, "dbSubnetGroupName", one));
        if (group === undefined) {
          report(instance, {
            found: "dbSubnetGroupName names no subnet group of this stack",
            fix: "set dbSubnetGroupName to a group of the database's own subnets",
          });
          continue;
        }
        const subnets = stack.all(subnet).filter((one) => refersTo(group, "subnetIds", one));
        for (const one of subnets) {
          const tables = tablesOf(stack, one);
          if (tables.length === 0) {
            report(one, {
              found:
                "no RouteTableAssociation names it as subnetId, so that it has the routes of the network's main table",
              fix: "associate it with the database's route table, which has no routes",
            });
          }
          for (const way of tables.flatMap((table) => routesOf(stack, table)).filter(leavesNetwork)) {
            report(one, {
              found: `its route table sends ${way.destination} to ${way.through}`,
              fix: "remove the route, or associate the subnet with a table without routes",
            });
          }
        }
      }
    },
  }),

  stackRule({
    name: "ecs-no-internet-gateway",
    rule: "The subnets of tasks must not have a route to an internet gateway, so that nobody reaches a task past the balancer",
    source: "AWS ECS: Connect Amazon ECS applications to the internet",
    kinds: [internetGateway, route, routeTable, routeTableAssociation, service, subnet],
    check(stack, report) {
      for (const one of stack.all(service)) {
        for (const place of stack.all(subnet).filter((candidate) => mentions(one, "networkConfiguration", candidate))) {
          const open = tablesOf(stack, place)
            .flatMap((table) => routesOf(stack, table))
            .find((way) => way.isInternet);
          if (open === undefined) continue;
          report(one, {
            found: `subnet ${place.name} sends ${open.destination} to ${open.through}`,
            fix: "run the tasks in subnets whose route goes to a NAT gateway",
          });
        }
      }
    },
  }),
];

function tablesOf({ all }: Stack, place: Member<object>) {
  const associations = all(routeTableAssociation).filter((one) => refersTo(one, "subnetId", place));
  return all(routeTable).filter((table) => associations.some((one) => refersTo(one, "routeTableId", table)));
}

/** A route, whether it is in the table's own list or a resource of its own. */
interface Way {
  readonly destination: string;
  /** The gateway as a message says it: `internet gateway igw-1`. */
  readonly through: string;
  readonly isInternet: boolean;
  /** A gateway endpoint and the network itself keep traffic inside. */
  readonly staysInside: boolean;
}

type Targets = Readonly<Record<string, unknown>>;

function routesOf(stack: Stack, table: ReturnType<typeof tablesOf>[number]): readonly Way[] {
  const own = stack.all(route).filter((one) => refersTo(one, "routeTableId", table));
  const gateways = stack.all(internetGateway);
  return [
    // What a table does not write itself, its provider answers only once it exists.
    ...(known(() => table.props.routes) ?? []).map((one) => wayOf(one as Targets, false)),
    ...own.map((one) =>
      wayOf(
        one.props as object as Targets,
        gateways.some((gateway) => refersTo(one, "gatewayId", gateway)),
      ),
    ),
  ];
}

const targets = [
  "gatewayId",
  "natGatewayId",
  "egressOnlyGatewayId",
  "carrierGatewayId",
  "localGatewayId",
  "transitGatewayId",
  "networkInterfaceId",
  "vpcPeeringConnectionId",
  "vpcEndpointId",
  "coreNetworkArn",
  "odbNetworkArn",
] as const;

const destinations = [
  "destinationCidrBlock",
  "destinationIpv6CidrBlock",
  "destinationPrefixListId",
  "cidrBlock",
  "ipv6CidrBlock",
] as const;

function wayOf(given: Targets, namesInternetGateway: boolean): Way {
  const target = targets.find((property) => isSet(() => given[property]));
  const destination = destinations.find((property) => isSet(() => given[property]));
  const gateway = target === undefined ? "" : String(known(() => given[target], "that is not known yet"));
  return {
    destination: destination === undefined ? "a destination" : String(known(() => given[destination], destination)),
    through: target === undefined ? "nothing" : `${target} ${gateway}`,
    isInternet: namesInternetGateway || gateway.startsWith("igw-"),
    staysInside: gateway === "local" || target === "vpcEndpointId" || gateway.startsWith("vpce-"),
  };
}

function leavesNetwork({ staysInside }: Way): boolean {
  return !staysInside;
}
