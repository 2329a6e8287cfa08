/** Rules on the three tiers, the balancer in front, the tasks behind it, the database behind them, and on the tunnel. */
import { isWide } from "../address-ranges.ts";
import {
  databaseInstance,
  loadBalancer,
  prefixList,
  securityGroup,
  securityGroupEgressRule,
  securityGroupIngressRule,
  securityGroupRule,
  service,
} from "../kinds.ts";
import { refersTo } from "../links.ts";
import { type Member, type Rule, type Stack, stackRule } from "../rule.ts";
import { type GroupRule, groupRulesOf, isPort, peersIn, portsOf, usesOf } from "../security-groups.ts";

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
    rule: "The balancer, the tasks, the database and the tunnel must not share a security group, so that a rule for one opens no other",
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
    rule: "The database may be reached by the tasks and the tunnel only, on its port, and the tasks by the balancer only, on one port",
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
              ? `allow the security group of the tasks or of the tunnel, on port ${ports.join(", ")} over TCP`
              : "allow the security group of the load balancer alone, on the container's port over TCP",
        });
      }
    },
  }),

  /** Systems Manager forwards connections through a channel that the task itself opened. */
  stackRule({
    name: "network-tunnel-closed",
    rule: "Nothing may reach the tunnel to the database, and the tunnel may reach the database and TLS only",
    source: "AWS Systems Manager: Session Manager needs no open inbound ports",
    kinds: groupKinds,
    check(stack, report) {
      const isTunnel = ({ group }: GroupRule) => usesOf(stack, group).includes("tunnel");
      for (const rule of groupRulesOf(stack, "ingress").filter(isTunnel)) {
        report(rule.writer, {
          found: `it lets ${peersIn(rule)} reach the tunnel on ${portsOf(rule)}`,
          fix: "remove it: Systems Manager needs no open port",
        });
      }
      for (const rule of groupRulesOf(stack, "egress").filter(isTunnel)) {
        const databases = rule.peers.filter((peer) => usesOf(stack, peer).includes("database"));
        const isDatabase = rule.ranges.length === 0 && databases.length > 0 && databases.length === rule.peers.length;
        if (isPort(rule, [443]) || (isDatabase && isPort(rule, databasePorts(stack, databases[0])))) continue;
        report(rule.writer, {
          found: `it lets the tunnel reach ${peersIn(rule)} on ${portsOf(rule)}`,
          fix: "allow port 443, or the security group of the database on the database's port, over TCP",
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
        // What the tunnel may reach is another rule's.
        if (uses.length === 0 || uses.includes("tunnel") || world.length === 0) continue;
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
];

/** Whether a group may reach what is behind a tier; the tunnel stands beside the tasks. Before the first image there are no services, so any group without a use may be theirs. */
function mayBe(stack: Stack, group: Member<object>, tier: "balancer" | "tasks"): boolean {
  const uses = usesOf(stack, group);
  if (uses.includes(tier)) return true;
  return tier === "tasks" && (uses.includes("tunnel") || (uses.length === 0 && stack.all(service).length === 0));
}

/** The ports of the databases that a group belongs to. */
function databasePorts({ all }: Stack, group: Member<object> | undefined): readonly number[] {
  const instances = all(databaseInstance).filter(
    (instance) => group !== undefined && refersTo(instance, "vpcSecurityGroupIds", group),
  );
  return instances.map(({ props }) => props.port ?? postgresPort);
}
