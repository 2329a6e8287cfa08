import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** Who may reach the tasks and whom they may reach. */
export interface ServiceSecurityGroupArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly containerPort: number;
  readonly loadBalancerSecurityGroupId: pulumi.Input<string>;
  readonly databaseSecurityGroupId: pulumi.Input<string>;
  readonly databasePort: number;
  readonly tags: Tags;
}

/**
 * The group of every task, and the rule by which the database lets it in. Tasks accept the load balancer only and reach
 * the database and HTTPS (AWS services, the payment provider) only; a VPC's own name server needs no rule.
 */
export function createServiceSecurityGroup(
  name: string,
  args: ServiceSecurityGroupArgs,
  parent: pulumi.Resource,
): SecurityGroup {
  const named = (what: string) => ({ ...args.tags, Name: `${name}-${what}` });
  const group = new SecurityGroup(
    `${name}-api`,
    { vpcId: args.vpcId, description: "Tasks of the API", tags: named("api") },
    { parent },
  );
  new SecurityGroupIngressRule(
    `${name}-api-from-load-balancer`,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: args.loadBalancerSecurityGroupId,
      ipProtocol: "tcp",
      fromPort: args.containerPort,
      toPort: args.containerPort,
      description: "Requests and health checks of the load balancer",
      tags: named("api-from-load-balancer"),
    },
    { parent },
  );
  new SecurityGroupEgressRule(
    `${name}-api-to-https`,
    {
      securityGroupId: group.id,
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "AWS services and external APIs over TLS",
      tags: named("api-to-https"),
    },
    { parent },
  );
  new SecurityGroupEgressRule(
    `${name}-api-to-database`,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: args.databaseSecurityGroupId,
      ipProtocol: "tcp",
      fromPort: args.databasePort,
      toPort: args.databasePort,
      description: "PostgreSQL",
      tags: named("api-to-database"),
    },
    { parent },
  );
  new SecurityGroupIngressRule(
    `${name}-database-from-api`,
    {
      securityGroupId: args.databaseSecurityGroupId,
      referencedSecurityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: args.databasePort,
      toPort: args.databasePort,
      description: "Tasks of the API",
      tags: named("database-from-api"),
    },
    { parent },
  );
  return group;
}
