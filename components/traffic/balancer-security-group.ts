import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";
import type { IngressPrefixListIds, TrafficArgs } from "./traffic-args.ts";

const ports = [
  { protocol: "http", port: 80 },
  { protocol: "https", port: 443 },
] as const;

/**
 * The load balancer's security group: 80 and 443 in, the containers' port out.
 *
 * The way out is bounded by the VPC's range and not by the service's group, whose own ingress rule names this group:
 * naming each other would tie the two components into a cycle.
 */
export function createBalancerSecurityGroup(
  name: string,
  args: Pick<TrafficArgs, "vpcId" | "vpcCidrBlock" | "containerPort" | "ingressPrefixListIds" | "tags">,
  opts: pulumi.CustomResourceOptions,
): SecurityGroup {
  const tagged = (logicalName: string) => ({ ...args.tags, Name: logicalName });
  const group = new SecurityGroup(
    `${name}-balancer`,
    {
      vpcId: args.vpcId,
      description: "Load balancer of the API",
      tags: tagged(`${name}-balancer`),
    },
    opts,
  );
  for (const { source, ...match } of ingressSources(args.ingressPrefixListIds)) {
    for (const { protocol, port } of ports) {
      const ruleName = `${name}-balancer-${protocol}-from-${source}`;
      new SecurityGroupIngressRule(
        ruleName,
        {
          securityGroupId: group.id,
          description: `${protocol.toUpperCase()} from ${source}`,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          ...match,
          tags: tagged(ruleName),
        },
        opts,
      );
    }
  }
  const egressName = `${name}-balancer-to-containers`;
  new SecurityGroupEgressRule(
    egressName,
    {
      securityGroupId: group.id,
      description: "Requests and health checks to the containers",
      ipProtocol: "tcp",
      fromPort: args.containerPort,
      toPort: args.containerPort,
      cidrIpv4: args.vpcCidrBlock,
      tags: tagged(egressName),
    },
    opts,
  );
  return group;
}

type IngressSource = { readonly source: string } & (
  | { readonly cidrIpv4: string }
  | { readonly prefixListId: pulumi.Input<string> }
);

function ingressSources(prefixListIds: IngressPrefixListIds | undefined): readonly IngressSource[] {
  // Everyone is an IPv4 range alone: the load balancer has no IPv6 address that a wider rule could open.
  if (prefixListIds === undefined) return [{ source: "everyone", cidrIpv4: "0.0.0.0/0" }];
  return [
    { source: "ipv4-list", prefixListId: prefixListIds.ipv4 },
    { source: "ipv6-list", prefixListId: prefixListIds.ipv6 },
  ];
}
