import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope } from "../scope.ts";
import { createIngressRule } from "../security-group-rules.ts";
import type { AddressedVpc } from "./subnets.ts";

/** Where endpoints are created. */
interface EndpointArgs extends AddressedVpc {
  readonly region: string;
}

/** Creates the S3 gateway endpoint. It is free, and keeps uploads and image layers off the NAT gateways. */
export function createS3Endpoint(
  scope: Scope,
  args: EndpointArgs & { readonly routeTableIds: readonly pulumi.Output<string>[] },
): void {
  const { logicalName, tags, opts } = child(scope, "endpoint-s3");
  new VpcEndpoint(
    logicalName,
    {
      vpcId: args.vpc.id,
      serviceName: `com.amazonaws.${args.region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: [...args.routeTableIds],
      policy: s3Policy(args),
      tags,
    },
    opts,
  );
}

/**
 * This account's principals may use this account's buckets, and anybody may read the image layers.
 *
 * So a stolen container cannot copy uploads to somebody else's bucket with somebody else's credentials. No other policy
 * of this stack could see that. ECR keeps image layers in a bucket of AWS and reads them through URLs that it signs, so
 * that statement names no principal (AWS "Amazon ECR interface VPC endpoints", minimum S3 permissions). The VPC's private
 * subnets cannot reach other accounts' buckets in this region.
 */
function s3Policy({ vpc, region }: EndpointArgs): pulumi.Output<string> {
  const account = { "aws:PrincipalAccount": vpc.ownerId, "aws:ResourceAccount": vpc.ownerId };
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnBuckets",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:*",
        Resource: "*",
        Condition: { StringEquals: account },
      },
      {
        Sid: "ImageLayers",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::prod-${region}-starport-layer-bucket/*`,
      },
    ],
  });
}

/**
 * Creates the interface endpoints, with private DNS: the services' usual names resolve to addresses in the private
 * subnets.
 *
 * @param args.services service names as they follow `com.amazonaws.<region>.`, such as `ecr.api`
 */
export function createInterfaceEndpoints(
  scope: Scope,
  args: EndpointArgs & { readonly services: readonly string[]; readonly subnetIds: readonly pulumi.Output<string>[] },
): void {
  if (args.services.length === 0) return;
  const securityGroup = createEndpointSecurityGroup(scope, args);
  for (const service of args.services) {
    const { logicalName, tags, opts } = child(scope, `endpoint-${service.replaceAll(".", "-")}`);
    new VpcEndpoint(
      logicalName,
      {
        vpcId: args.vpc.id,
        serviceName: `com.amazonaws.${args.region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: [...args.subnetIds],
        securityGroupIds: [securityGroup.id],
        policy: ownPrincipalsPolicy(args),
        tags,
      },
      opts,
    );
  }
}

/**
 * Principals of this account only. Each principal's own role says what it may do. The endpoint keeps foreign credentials
 * from using the VPC's way into AWS.
 */
function ownPrincipalsPolicy({ vpc }: EndpointArgs): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnPrincipals",
        Effect: "Allow",
        Principal: "*",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": vpc.ownerId } },
      },
    ],
  });
}

/** Lets HTTPS in from inside the VPC, and nothing out: an endpoint only answers. */
function createEndpointSecurityGroup(scope: Scope, { vpc, cidrBlock }: AddressedVpc): SecurityGroup {
  const { logicalName, tags, opts } = child(scope, "endpoints");
  const securityGroup = new SecurityGroup(
    logicalName,
    { vpcId: vpc.id, description: "AWS service endpoints: HTTPS from inside the VPC", tags },
    opts,
  );
  createIngressRule(scope, {
    what: "endpoints-https",
    securityGroupId: securityGroup.id,
    peer: { cidrIpv4: cidrBlock },
    port: 443,
    description: "HTTPS from inside the VPC",
  });
  return securityGroup;
}
