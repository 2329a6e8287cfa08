import { beforeAll, describe, expect, it } from "vitest";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import type { PlannedProgram } from "../../support/plan-component.ts";
import { planNetwork, productionArgs, stagingArgs } from "./plan-network.ts";

const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";
let production: PlannedProgram;
let staging: PlannedProgram;

beforeAll(async () => {
  production = await planNetwork(productionArgs);
  staging = await planNetwork(stagingArgs);
});

const policyOf = ({ inputs }: PlannedResource) => JSON.parse(String(inputs["policy"]));

describe("the S3 gateway endpoint", () => {
  it("is on every private and database route table, and on no public one", () => {
    const endpoint = production.only(endpointType, "portal-production-endpoint-s3");
    const tables = production
      .all("aws:ec2/routeTable:RouteTable")
      .filter(({ name }) => !name.includes("public"))
      .map(({ id }) => id);
    expect(tables).toHaveLength(4);
    expect(endpoint.inputs).toMatchObject({
      serviceName: "com.amazonaws.ap-southeast-2.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: tables,
    });
  });

  it("leads to this account's buckets and the image layers only", () => {
    expect(policyOf(production.only(endpointType, "portal-production-endpoint-s3")).Statement).toEqual([
      {
        Sid: "OwnBuckets",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:*",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012", "aws:ResourceAccount": "123456789012" } },
      },
      {
        Sid: "ImageLayers",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::prod-ap-southeast-2-starport-layer-bucket/*",
      },
    ]);
  });
});

describe("interface endpoints", () => {
  const interfaceEndpoints = (plan: PlannedProgram) =>
    plan.all(endpointType).filter(({ inputs }) => inputs["vpcEndpointType"] === "Interface");

  it("answer under the services' own names in every private subnet, to this account's principals", () => {
    const securityGroup = production.only("aws:ec2/securityGroup:SecurityGroup", "portal-production-endpoints");
    expect(interfaceEndpoints(production).map(({ name }) => name)).toEqual([
      "portal-production-endpoint-ecr-api",
      "portal-production-endpoint-ecr-dkr",
      "portal-production-endpoint-logs",
      "portal-production-endpoint-secretsmanager",
    ]);
    for (const endpoint of interfaceEndpoints(production)) {
      expect(endpoint.inputs).toMatchObject({
        privateDnsEnabled: true,
        subnetIds: production.outputs["privateSubnetIds"],
        securityGroupIds: [securityGroup.id],
      });
      expect(policyOf(endpoint).Statement).toMatchObject([
        { Effect: "Allow", Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } } },
      ]);
    }
    expect(production.only(endpointType, "portal-production-endpoint-ecr-api").inputs["serviceName"]).toBe(
      "com.amazonaws.ap-southeast-2.ecr.api",
    );
  });

  it("take HTTPS from inside the VPC and nothing else", () => {
    const securityGroup = production.only("aws:ec2/securityGroup:SecurityGroup", "portal-production-endpoints");
    expect(production.only("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs).toMatchObject({
      securityGroupId: securityGroup.id,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "10.20.0.0/16",
    });
    expect(securityGroup.inputs).not.toHaveProperty("ingress");
    expect(securityGroup.inputs).not.toHaveProperty("egress");
    expect(production.all("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")).toEqual([]);
  });

  it("need no security group where there are none", () => {
    expect(interfaceEndpoints(staging)).toEqual([]);
    expect(staging.all("aws:ec2/securityGroup:SecurityGroup")).toEqual([]);
    expect(staging.all(endpointType)).toHaveLength(1);
  });
});
