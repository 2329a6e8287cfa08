/** Rules on the three tiers: the balancer in front, the tasks behind it, the database behind them. */
import { isWide } from "../address-ranges.ts";
import {
  databaseInstance,
  databaseSubnetGroup,
  internetGateway,
  loadBalancer,
  prefixList,
  route,
  routeTable,
  routeTableAssociation,
  securityGroup,
  securityGroupEgressRule,
  securityGroupIngressRule,
  securityGroupRule,
  service,
  subnet,
} from "../kinds.ts";
import { isSet, known, mentions, refersTo } from "../links.ts";
import { type Member, type Rule, type Stack, stackRule } from "../rule.ts";
import { groupRulesOf, isPort, peersIn, portsOf, usesOf } from "../security-groups.ts";

const groupKinds = [
  databaseInstance,
  loadBalancer,
  prefixList,
  securityGroup,
  securityGroupEgressRule,
  securityGroupIngressRule,
  securityGroupRule,
  service,
];
const postgresPort = 5432;

export const tierRules: readonly Rule[] = [
  stackRule({
    name: "network-one-group-per-tier",
    rule: "The balancer, the tasks and the database must not share a security group, so that a rule for one opens no other",
    source: "AWS RDS: Controlling access with security groups",
    kinds: groupKinds,
    check(stack, report) {
      for (const group of stack.all(securityGroup)) {
        const uses = usesOf(stack, group);
        if (uses.length < 2) continue;
        report(group, { found: `it belongs to ${uses.join(" and ")}`, fix: "give each tier a group of its own" });
      }
    },
  }),

  stackRule({
    name: "network-tier-from-tier-before",
    rule: "The database may be reached by the tasks only, on its port, and the tasks by the balancer only, on one port",
    source: "AWS RDS: Controlling access with security groups",
    kinds: groupKinds,
    check(stack, report) {
      for (const rule of groupRulesOf(stack, "ingress")) {
        const uses = usesOf(stack, rule.group);
        const before = uses.includes("database") ? "tasks" : uses.includes("tasks") ? "balancer" : undefined;
        if (before === undefined) continue;
        const ports = before === "tasks" ? databasePorts(stack, rule.group) : [rule.fromPort ?? 0];
        const isFromBefore =
          rule.ranges.length === 0 &&
          !rule.hasPrefixList &&
          rule.peers.length > 0 &&
          rule.peers.every((peer) => mayBe(stack, peer, before));
        if (isFromBefore && isPort(rule, ports)) continue;
        report(rule.writer, {
          found: `it lets ${peersIn(rule)} reach the ${before === "tasks" ? "database" : "tasks"} on ${portsOf(rule)}`,
          fix:
            before === "tasks"
              ? `allow the security group of the tasks alone, on port ${ports.join(", ")} over TCP`
              : "allow the security group of the load balancer alone, on the container's port over TCP",
        });
      }
    },
  }),

  /** Where the addresses of a proxy are known, whoever comes from another address has gone around its firewall. */
  stackRule({
    name: "network-balancer-behind-proxy",
    rule: "The balancer may be reached on ports 80 and 443 only, and only through the proxy where the stack knows the proxy's addresses",
    source: "project rule",
    kinds: groupKinds,
    check(stack, report) {
      const lists = stack.all(prefixList);
      for (const rule of groupRulesOf(stack, "ingress")) {
        if (!usesOf(stack, rule.group).includes("balancer")) continue;
        const isThroughProxy =
          rule.ranges.length === 0 &&
          rule.peers.length > 0 &&
          rule.peers.every((peer) => lists.includes(peer as (typeof lists)[number]));
        if (isPort(rule, [80, 443]) && (lists.length === 0 || isThroughProxy)) continue;
        report(rule.writer, {
          found: `it lets ${peersIn(rule)} reach the balancer on ${portsOf(rule)}`,
          fix: "allow ports 80 and 443 from the prefix lists of the proxy",
        });
      }
    },
  }),

  stackRule({
    name: "network-egress-named",
    rule: "Tasks may reach the internet over TLS only, and the balancer and the database must not reach it at all, so that data has no other way out",
    source: "AWS VPC: Security best practices for your VPC",
    kinds: groupKinds,
    check(stack, report) {
      for (const rule of groupRulesOf(stack, "egress")) {
        const uses = usesOf(stack, rule.group);
        const world = rule.ranges.filter(isWide);
        if (uses.length === 0 || world.length === 0) continue;
        if (uses.every((use) => use === "tasks") && isPort(rule, [443])) continue;
        report(rule.writer, {
          found: `it lets the ${uses.join(" and ")} reach ${world.join(", ")} on ${portsOf(rule)}`,
          fix: uses.includes("tasks")
            ? "allow port 443 over TCP"
            : "allow the security group or the network that it serves",
        });
      }
    },
  }),

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

/** Whether a group belongs to a tier. Before the first image there are no services, so any group without a use may be theirs. */
function mayBe(stack: Stack, group: Member<object>, tier: "balancer" | "tasks"): boolean {
  const uses = usesOf(stack, group);
  return uses.includes(tier) || (tier === "tasks" && uses.length === 0 && stack.all(service).length === 0);
}

/** The ports of the databases that a group belongs to. */
function databasePorts({ all }: Stack, group: Member<object> | undefined): readonly number[] {
  const instances = all(databaseInstance).filter(
    (instance) => group !== undefined && refersTo(instance, "vpcSecurityGroupIds", group),
  );
  return instances.map(({ props }) => props.port ?? postgresPort);
}

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
