import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseScope } from "./scope.ts";

/** Creates the subnet group. */
export function createSubnetGroup(
  { name, tags, parent }: DatabaseScope,
  subnetIds: readonly pulumi.Input<string>[],
): SubnetGroup {
  const logicalName = `${name}-database`;
  return new SubnetGroup(
    logicalName,
    { description: `Database subnets of ${name}`, subnetIds: [...subnetIds], tags: { ...tags, Name: logicalName } },
    { parent },
  );
}

/**
 * Creates the security group, which lets nothing in and nothing out. Each client adds one ingress rule of its own that
 * names the client's group; the provider removes the egress rule that AWS would add.
 */
export function createSecurityGroup({ name, tags, parent }: DatabaseScope, vpcId: pulumi.Input<string>): SecurityGroup {
  const logicalName = `${name}-database`;
  return new SecurityGroup(
    logicalName,
    {
      vpcId,
      description: `PostgreSQL of ${name}, each client adds its own rule`,
      tags: { ...tags, Name: logicalName },
    },
    { parent },
  );
}
