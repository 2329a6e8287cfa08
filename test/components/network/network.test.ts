import { beforeAll, describe, expect, it } from "vitest";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import { type PlannedProgram, testTags } from "../../support/plan-component.ts";
import { planNetwork, productionArgs, stagingArgs } from "./plan-network.ts";

let production: PlannedProgram;
let staging: PlannedProgram;

beforeAll(async () => {
  production = await planNetwork(productionArgs);
  staging = await planNetwork(stagingArgs);
});

const subnetsOf = (plan: PlannedProgram) =>
  plan
    .all("aws:ec2/subnet:Subnet")
    .map(({ name, inputs }) => [name, inputs["availabilityZone"], inputs["cidrBlock"]].join(" "))
    .sort();

const idsOf = (plan: PlannedProgram, tier: string, letters: string) =>
  [...letters].map((letter) => plan.only("aws:ec2/subnet:Subnet", `portal-production-${tier}-${letter}`).id);

/** Default route of the table that a subnet is associated with: the gateway's id, or undefined. */
function wayOut(plan: PlannedProgram, subnetName: string): unknown {
  const subnet = plan.only("aws:ec2/subnet:Subnet", subnetName);
  const association = plan
    .all("aws:ec2/routeTableAssociation:RouteTableAssociation")
    .find(({ inputs }) => inputs["subnetId"] === subnet.id);
  const route = plan
    .all("aws:ec2/route:Route")
    .find(({ inputs }) => inputs["routeTableId"] === association?.inputs["routeTableId"]);
  expect(association).toBeDefined();
  return route?.inputs["natGatewayId"] ?? route?.inputs["gatewayId"];
}

describe("the VPC", () => {
  it("resolves names, as private endpoints need", () => {
    expect(production.only("aws:ec2/vpc:Vpc")).toMatchObject({
      name: "portal-production-vpc",
      inputs: { cidrBlock: "10.20.0.0/16", enableDnsSupport: true, enableDnsHostnames: true },
    });
  });

  it("empties the default security group (FSBP EC2.2)", () => {
    const vpc = production.only("aws:ec2/vpc:Vpc");
    expect(production.only("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs).toMatchObject({
      vpcId: vpc.id,
      ingress: [],
      egress: [],
    });
  });

  it("says what it made, in the order of the zones", () => {
    expect(production.outputs).toEqual({
      vpcId: production.only("aws:ec2/vpc:Vpc").id,
      vpcCidrBlock: "10.20.0.0/16",
      publicSubnetIds: idsOf(production, "public", "abc"),
      privateSubnetIds: idsOf(production, "private", "abc"),
      databaseSubnetIds: idsOf(production, "database", "abc"),
    });
  });
});

describe("subnets", () => {
  it("are one per tier and zone", () => {
    expect(subnetsOf(staging)).toEqual([
      "portal-production-database-a ap-southeast-2a 10.30.128.0/20",
      "portal-production-database-b ap-southeast-2b 10.30.144.0/20",
      "portal-production-private-a ap-southeast-2a 10.30.64.0/20",
      "portal-production-private-b ap-southeast-2b 10.30.80.0/20",
      "portal-production-public-a ap-southeast-2a 10.30.0.0/20",
      "portal-production-public-b ap-southeast-2b 10.30.16.0/20",
    ]);
    expect(subnetsOf(production)).toHaveLength(9);
  });

  it("never give out public addresses by themselves (FSBP EC2.15)", () => {
    const given = production.all("aws:ec2/subnet:Subnet").map(({ inputs }) => inputs["mapPublicIpOnLaunch"]);
    expect(given).toEqual(Array(9).fill(false));
  });

  it("stay as they are when a third zone is added: nothing existing changes but the list of endpoints' subnets", async () => {
    const two = await planNetwork({
      ...productionArgs,
      availabilityZones: productionArgs.availabilityZones.slice(0, 2),
    });
    const endpoints = "aws:ec2/vpcEndpoint:VpcEndpoint";
    const changed = two.resources.filter(({ type, name, inputs }) => {
      const after = production.resources.find((resource) => resource.type === type && resource.name === name);
      return JSON.stringify(after?.inputs) !== JSON.stringify(inputs);
    });
    expect(new Set(changed.map(({ type }) => type))).toEqual(new Set([endpoints]));
    expect(production.resources.length - two.resources.length).toBe(10);
  });
});

describe("ways out", () => {
  it("public subnets leave through the internet gateway", () => {
    const gateway = production.only("aws:ec2/internetGateway:InternetGateway");
    for (const letter of "abc") expect(wayOut(production, `portal-production-public-${letter}`)).toBe(gateway.id);
  });

  it("private subnets leave through their own zone's NAT gateway in production", () => {
    for (const letter of "abc") {
      const gateway = production.only("aws:ec2/natGateway:NatGateway", `portal-production-nat-${letter}`);
      const address = production.only("aws:ec2/eip:Eip", `portal-production-nat-${letter}`);
      const subnet = production.only("aws:ec2/subnet:Subnet", `portal-production-public-${letter}`);
      expect(gateway.inputs).toMatchObject({ subnetId: subnet.id, allocationId: address.id });
      expect(address.inputs["domain"]).toBe("vpc");
      expect(wayOut(production, `portal-production-private-${letter}`)).toBe(gateway.id);
    }
  });

  it("private subnets share the first zone's NAT gateway in staging", () => {
    const gateway = staging.only("aws:ec2/natGateway:NatGateway");
    expect(gateway.name).toBe("portal-production-nat-a");
    expect(staging.all("aws:ec2/eip:Eip")).toHaveLength(1);
    for (const letter of "ab") expect(wayOut(staging, `portal-production-private-${letter}`)).toBe(gateway.id);
  });

  it("database subnets have none", () => {
    for (const letter of "abc") expect(wayOut(production, `portal-production-database-${letter}`)).toBeUndefined();
    expect(production.all("aws:ec2/route:Route")).toHaveLength(4);
  });

  it("go from one NAT gateway to one per zone by changing routes, and re-associate nothing", async () => {
    const one = await planNetwork({ ...productionArgs, natGateways: "one" });
    const kept = (plan: PlannedProgram) => plan.all("aws:ec2/routeTableAssociation:RouteTableAssociation");
    expect(kept(one)).toEqual(kept(production));
    const routeNames = (plan: PlannedProgram) => plan.all("aws:ec2/route:Route").map(({ name }) => name);
    expect(routeNames(one)).toEqual(routeNames(production));
  });
});

describe("every resource", () => {
  const untaggable = /^aws:(ec2\/route:Route|ec2\/routeTableAssociation:|iam\/rolePolicy:)/;
  const created = (plan: PlannedProgram): PlannedResource[] => plan.resources.filter(({ custom }) => custom);

  it("belongs to the component and carries the stage's tags and its name", () => {
    const component = production.only("celebrant:network:Network");
    expect(component.name).toBe("portal-production");
    for (const resource of created(production)) {
      expect(resource.parentUrn, resource.name).toBe(component.urn);
      if (untaggable.test(resource.type)) continue;
      expect(resource.inputs["tags"], resource.name).toEqual({ ...testTags, Name: resource.name });
    }
  });
});

describe("refusals", () => {
  it("refuses a range that is no /16, and a fifth zone", async () => {
    await expect(planNetwork({ ...productionArgs, cidrBlock: "10.20.0.0/18" })).rejects.toThrow(
      "cidrBlock is 10.20.0.0/18",
    );
    const availabilityZones = [..."abcde"].map((letter) => `ap-southeast-2${letter}`);
    await expect(planNetwork({ ...productionArgs, availabilityZones })).rejects.toThrow("zone number 4");
  });
});
