import { loadBalancer, securityGroup, securityGroupIngressRule, securityGroupRule } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { type Member, type Stack, stackRule } from "../../stack-rule.ts";

const publicPorts = [80, 443];

/** What the three ways of writing an ingress rule have in common. */
interface Ingress {
  readonly ranges: readonly (string | undefined)[];
  readonly protocol: string | undefined;
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
}

/** Written as the group's own list, as a rule of its own, or as a rule of the older kind. */
export const ec2NoWorldIngress = stackRule({
  name: "ec2-no-world-ingress",
  rule: "No security group is open to the world, save the load balancer's on 80 and 443",
  source: "FSBP EC2.18",
  kinds: [loadBalancer, securityGroup, securityGroupIngressRule, securityGroupRule],
  check(stack, report) {
    const judge = (writer: Member<object>, isPublic: boolean, ingress: Ingress) => {
      const world = ingress.ranges.filter((range) => range?.endsWith("/0"));
      if (world.length === 0 || (isPublic && isPublicPort(ingress))) return;
      report(writer, {
        found: `it lets ${world.join(", ")} in on ${portsOf(ingress)}`,
        fix: "name a security group, a prefix list or a narrower range",
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
});

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
