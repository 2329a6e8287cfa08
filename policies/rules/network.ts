/** Rules on the VPC: its flow logs, subnets and security groups. */
import {
  defaultSecurityGroup,
  flowLog,
  loadBalancer,
  securityGroup,
  securityGroupIngressRule,
  securityGroupRule,
  subnet,
  vpc,
} from "../kinds.ts";
import { noLink, refersTo, requireLink } from "../links.ts";
import { type Member, type Rule, resourceRule, type Stack, stackRule } from "../rule.ts";

const publicPorts = [80, 443];

export const networkRules: readonly Rule[] = [
  requireLink(
    { target: vpc, holder: flowLog, property: "vpcId" },
    {
      name: "ec2-flow-logs",
      rule: "A VPC must have flow logs",
      source: "AWS Security Hub EC2.6",
      fix: "add a FlowLog for the VPC",
    },
  ),

  resourceRule({
    name: "ec2-no-automatic-addresses",
    rule: "A subnet must not assign public addresses automatically",
    source: "AWS Security Hub EC2.15",
    kinds: [subnet],
    check({ props }, report) {
      if (props.mapPublicIpOnLaunch !== true) return;
      report({ found: "mapPublicIpOnLaunch is true", fix: "set mapPublicIpOnLaunch to false" });
    },
  }),

  /** A VPC comes with the group and its rules: only managing it empties it. */
  stackRule({
    name: "ec2-no-default-group-rules",
    rule: "A VPC's default security group must allow nothing",
    source: "AWS Security Hub EC2.2",
    kinds: [defaultSecurityGroup, vpc],
    check({ all }, report) {
      for (const network of all(vpc)) {
        const group = all(defaultSecurityGroup).find((candidate) => refersTo(candidate, "vpcId", network));
        const count = (group?.props.ingress?.length ?? 0) + (group?.props.egress?.length ?? 0);
        if (group !== undefined && count === 0) continue;
        report(group ?? network, {
          found:
            group === undefined
              ? noLink(defaultSecurityGroup, "vpcId")
              : `the number of rules in ingress and egress is ${count}`,
          fix: "declare a DefaultSecurityGroup for the VPC, with empty ingress and egress",
        });
      }
    },
  }),

  /** An ingress rule is written in the group's own list, as a resource of its own, or as one of the older kind. */
  stackRule({
    name: "ec2-no-world-ingress",
    rule: "No security group may be open to the internet, except the load balancer's on ports 80 and 443",
    source: "AWS Security Hub EC2.18",
    kinds: [loadBalancer, securityGroup, securityGroupIngressRule, securityGroupRule],
    check(stack, report) {
      const judge = (writer: Member<object>, isPublic: boolean, ingress: Ingress) => {
        const world = ingress.ranges.filter((range) => range?.endsWith("/0"));
        if (world.length === 0 || (isPublic && isPublicPort(ingress))) return;
        report(writer, {
          found: `it allows ${world.join(", ")} on ${portsOf(ingress)}`,
          fix: "allow a security group, a prefix list or a narrower address range instead",
        });
      };
      for (const group of stack.all(securityGroup)) {
        for (const { cidrBlocks, ipv6CidrBlocks, ...ingress } of group.props.ingress ?? []) {
          judge(group, isPublicGroup(stack, group), {
            ...ingress,
            ranges: [...(cidrBlocks ?? []), ...(ipv6CidrBlocks ?? [])],
          });
        }
      }
      for (const rule of stack.all(securityGroupIngressRule)) {
        const { cidrIpv4, cidrIpv6, ipProtocol, fromPort, toPort } = rule.props;
        const group = stack.all(securityGroup).find((candidate) => refersTo(rule, "securityGroupId", candidate));
        judge(rule, isPublicGroup(stack, group), {
          ranges: [cidrIpv4, cidrIpv6],
          protocol: ipProtocol,
          fromPort,
          toPort,
        });
      }
      for (const rule of stack.all(securityGroupRule)) {
        const { type, cidrBlocks, ipv6CidrBlocks, protocol, fromPort, toPort } = rule.props;
        if (type !== "ingress") continue;
        const group = stack.all(securityGroup).find((candidate) => refersTo(rule, "securityGroupId", candidate));
        const ranges = [...(cidrBlocks ?? []), ...(ipv6CidrBlocks ?? [])];
        judge(rule, isPublicGroup(stack, group), { ranges, protocol, fromPort, toPort });
      }
    },
  }),
];

/** What the three ways of writing an ingress rule have in common. */
interface Ingress {
  readonly ranges: readonly (string | undefined)[];
  readonly protocol: string | undefined;
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
}

function isPublicGroup(stack: Stack, group: Member<object> | undefined): boolean {
  return group !== undefined && stack.all(loadBalancer).some((balancer) => refersTo(balancer, "securityGroups", group));
}

function isPublicPort({ protocol, fromPort, toPort }: Ingress): boolean {
  return protocol === "tcp" && fromPort === toPort && publicPorts.includes(fromPort ?? 0);
}

function portsOf({ protocol, fromPort, toPort }: Ingress): string {
  if (protocol === "-1" || fromPort === undefined) return "every port";
  return fromPort === toPort ? `port ${fromPort}` : `ports ${fromPort} to ${toPort}`;
}
