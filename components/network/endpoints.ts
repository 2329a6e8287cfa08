import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";
import { interfaceEndpointPolicy, s3EndpointPolicy } from "./endpoint-policies.ts";
import type { NetworkScope } from "./scope.ts";
import type { AddressedVpc } from "./subnets.ts";

/** Creates the S3 gateway endpoint. It costs nothing, and keeps uploads and image layers off the NAT gateways. */
export function createS3Endpoint(
  scope: NetworkScope,
  args: AddressedVpc & { region: string; routeTableIds: readonly pulumi.Output<string>[] },
): void {
  const logicalName = `${scope.name}-endpoint-s3`;
  new VpcEndpoint(
    logicalName,
    {
      vpcId: args.vpc.id,
      serviceName: `com.amazonaws.${args.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: [...args.routeTableIds],
      policy: s3EndpointPolicy({ accountId: args.vpc.ownerId, region: args.region }),
      tags: { ...scope.tags, Name: logicalName },
    },
    { parent: scope.parent },
  );
}

/**
 * Creates the interface endpoints, with private DNS: the services' usual names resolve to addresses in the private
 * subnets.
 *
 * @param args.services service names as they follow `com.amazonaws.<region>.`, such as `ecr.api`
 */
export function createInterfaceEndpoints(
  scope: NetworkScope,
  args: AddressedVpc & {
    region: string;
    services: readonly string[];
    subnetIds: readonly pulumi.Output<string>[];
  },
): void {
  if (args.services.length === 0) return;
  const securityGroup = createEndpointSecurityGroup(scope, args);
  for (const service of args.services) {
    const logicalName = `${scope.name}-endpoint-${service.replaceAll(".", "-")}`;
    new VpcEndpoint(
      logicalName,
      {
        vpcId: args.vpc.id,
        serviceName: `com.amazonaws.${args.region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: [...args.subnetIds],
        securityGroupIds: [securityGroup.id],
        policy: interfaceEndpointPolicy({ accountId: args.vpc.ownerId }),
        tags: { ...scope.tags, Name: logicalName },
      },
      { parent: scope.parent },
    );
  }
}

/** HTTPS from inside the VPC, and no way out: an endpoint only answers. */
function createEndpointSecurityGroup(scope: NetworkScope, { vpc, cidrBlock }: AddressedVpc): SecurityGroup {
  const { parent } = scope;
  const logicalName = `${scope.name}-endpoints`;
  const tags = { ...scope.tags, Name: logicalName };
  const securityGroup = new SecurityGroup(
    logicalName,
    { vpcId: vpc.id, description: "AWS service endpoints: HTTPS from inside the VPC", tags },
    { parent },
  );
  new SecurityGroupIngressRule(
    `${logicalName}-https`,
    {
      securityGroupId: securityGroup.id,
      description: "HTTPS from inside the VPC",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: cidrBlock,
      tags: { ...scope.tags, Name: `${logicalName}-https` },
    },
    { parent },
  );
  return securityGroup;
}
