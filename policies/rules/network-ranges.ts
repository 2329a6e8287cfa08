/** Rules on address ranges: none may let in the internet, whichever way it is written. */
import { areWideTogether, isWide } from "../address-ranges.ts";
import {
  defaultNetworkAcl,
  loadBalancer,
  networkAcl,
  networkAclRule,
  prefixList,
  prefixListEntry,
  securityGroup,
  securityGroupIngressRule,
  securityGroupRule,
} from "../kinds.ts";
import { refersTo } from "../links.ts";
import { type Member, type Rule, resourceRule, stackRule } from "../rule.ts";
import { groupRulesOf, isPort, portsOf, usesOf } from "../security-groups.ts";

const publicPorts = [80, 443];

/** SSH, remote desktop and PostgreSQL. */
const closedPorts = [22, 3389, 5432];

export const rangeRules: readonly Rule[] = [
  stackRule({
    name: "ec2-no-world-ingress",
    rule: "No security group may be open to the internet, except the load balancer's on ports 80 and 443",
    source: "AWS Security Hub EC2.18",
    kinds: [loadBalancer, securityGroup, securityGroupIngressRule, securityGroupRule],
    check(stack, report) {
      for (const rule of groupRulesOf(stack, "ingress")) {
        const wide = rule.ranges.filter(isWide);
        const together = areWideTogether(rule.ranges) ? rule.ranges : [];
        const world = wide.length > 0 ? wide : together;
        const isPublic = usesOf(stack, rule.group).includes("balancer") && isPort(rule, publicPorts);
        if (world.length === 0 || isPublic) continue;
        report(rule.writer, {
          found: `it allows ${world.join(", ")} on ${portsOf(rule)}`,
          fix: "allow a security group, a prefix list or a narrower address range instead",
        });
      }
    },
  }),

  stackRule({
    name: "ec2-prefix-list-not-world",
    rule: "A prefix list must not hold a large part of the internet, because each rule that names it lets that in",
    source: "AWS Security Hub EC2.18",
    kinds: [prefixList, prefixListEntry],
    check({ all }, report) {
      const entries = all(prefixListEntry);
      const judge = (resource: Member<object>, cidrs: readonly string[]) => {
        const wide = cidrs.filter(isWide);
        const found = wide.length > 0 ? `it holds ${wide.join(", ")}` : "its entries together hold more than a /8";
        if (wide.length === 0 && !areWideTogether(cidrs)) return;
        report(resource, { found, fix: "list only the ranges of the proxy" });
      };
      for (const list of all(prefixList)) {
        const own = entries.filter((entry) => refersTo(entry, "prefixListId", list));
        const cidrs = [...(list.props.entries ?? []), ...own.map(({ props }) => props)].map(({ cidr }) => cidr);
        judge(list, cidrs);
      }
      for (const entry of entries.filter(
        (one) => !all(prefixList).some((list) => refersTo(one, "prefixListId", list)),
      )) {
        judge(entry, [entry.props.cidr]);
      }
    },
  }),

  resourceRule<AclProps>({
    name: "ec2-network-acl-closed",
    rule: `A network ACL must not let the internet in on ports ${closedPorts.join(", ")}`,
    source: "AWS Security Hub EC2.21",
    kinds: [defaultNetworkAcl, networkAcl, networkAclRule],
    check({ props }, report) {
      const single =
        props.networkAclId === undefined || props.egress === true ? [] : [{ ...props, action: props.ruleAction }];
      for (const entry of [...(props.ingress ?? []), ...single]) {
        const world = [entry.cidrBlock, entry.ipv6CidrBlock].filter((range) => range !== undefined && isWide(range));
        const ports = closedPorts.filter((port) => covers(entry, port));
        if (entry.action?.toLowerCase() !== "allow" || world.length === 0 || ports.length === 0) continue;
        report({
          found: `it allows ${world.join(", ")} on ports ${ports.join(", ")}`,
          fix: "allow the ports that are served, and narrower address ranges for the others",
        });
      }
    },
  }),
];

/** What the two ways of writing an entry of a network ACL have in common. */
interface AclEntry {
  readonly action?: string | undefined;
  readonly protocol?: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidrBlock?: string;
  readonly ipv6CidrBlock?: string;
}

/** Props of the three kinds: a list of entries, or one entry as a resource of its own. */
interface AclProps extends AclEntry {
  readonly ingress?: readonly AclEntry[];
  readonly egress?: unknown;
  readonly networkAclId?: string;
  readonly ruleAction?: string;
}

/** Protocols by name or by number: all, TCP. */
function covers({ protocol, fromPort = 0, toPort = 65_535 }: AclEntry, port: number): boolean {
  if (protocol === "-1" || protocol === "all") return true;
  return (protocol === "tcp" || protocol === "6") && fromPort <= port && port <= toPort;
}
