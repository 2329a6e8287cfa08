import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { createDatabaseTier } from "./database-tier.ts";
import { createInterfaceEndpoints, createS3Endpoint } from "./endpoints.ts";
import { createFlowLogs } from "./flow-logs.ts";
import { createNatGateways, type NatGatewayCount } from "./nat-gateways.ts";
import { createPrivateTier } from "./private-tier.ts";
import { createPublicTier } from "./public-tier.ts";
import type { NetworkScope } from "./scope.ts";
import { parseZones } from "./zones.ts";

/** What the network of a stage looks like. */
export interface NetworkArgs {
  /** Address range, a /16 such as `10.20.0.0/16`. Changing it replaces the VPC and everything in it. */
  readonly cidrBlock: string;
  /**
   * Zones of the region, at most four; each gets a public, a private and a database subnet. Appending one moves nothing;
   * inserting, reordering or removing one replaces subnets.
   */
  readonly availabilityZones: readonly string[];
  /** NAT gateways: `one-per-zone` survives the loss of a zone, `one` costs a third. Changes in place. */
  readonly natGateways: NatGatewayCount;
  /**
   * AWS services reached without NAT, as they follow `com.amazonaws.<region>.`, such as `ecr.api`. Each costs per zone
   * and hour.
   */
  readonly interfaceEndpoints: readonly string[];
  /** Days that flow logs are kept, a retention that CloudWatch Logs accepts. */
  readonly flowLogRetentionDays: number;
  /** Region of the zones and endpoints. */
  readonly region: string;
  readonly tags: Tags;
}

/**
 * The VPC of a stage: public subnets for the load balancer, private ones that leave through NAT, and database subnets
 * that cannot leave at all. One of each per zone.
 *
 * The default network ACL stays as AWS makes it: security groups decide, and AWS FSBP EC2.21 exempts it.
 *
 * @throws {RangeError} when the address range is no /16 or the zones are not distinct zones of the region
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Address range of the VPC. */
  readonly vpcCidrBlock: string;
  /** Subnets of the load balancer, in the order of the zones. Known once their route to the internet stands. */
  readonly publicSubnetIds: pulumi.Output<string>[];
  /** Subnets of the service, in the order of the zones. Known once their route to NAT stands. */
  readonly privateSubnetIds: pulumi.Output<string>[];
  /** Subnets of the database, in the order of the zones. */
  readonly databaseSubnetIds: pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:network:Network", name, {}, opts);
    const { cidrBlock, region } = args;
    const scope: NetworkScope = { name, tags: args.tags, parent: this };
    const zones = parseZones(region, args.availabilityZones);

    const vpc = createVpc(scope, cidrBlock);
    const addressed = { vpc, cidrBlock };
    emptyDefaultSecurityGroup(scope, vpc);
    createFlowLogs(scope, { vpc, region, retentionDays: args.flowLogRetentionDays });

    const publicZones = createPublicTier(scope, addressed, zones, createInternetGateway(scope, vpc));
    const natGateways = createNatGateways(scope, publicZones, args.natGateways);
    const privateZones = createPrivateTier(scope, addressed, natGateways);
    const database = createDatabaseTier(scope, addressed, zones);

    const routeTableIds = [...privateZones.map((zone) => zone.routeTableId), database.routeTableId];
    createS3Endpoint(scope, { ...addressed, region, routeTableIds });

    this.vpcId = vpc.id;
    this.vpcCidrBlock = cidrBlock;
    this.publicSubnetIds = publicZones.map((zone) => zone.subnetId);
    this.privateSubnetIds = privateZones.map((zone) => zone.subnetId);
    this.databaseSubnetIds = database.subnetIds;
    const services = args.interfaceEndpoints;
    createInterfaceEndpoints(scope, { ...addressed, region, services, subnetIds: this.privateSubnetIds });

    this.registerOutputs({
      vpcId: this.vpcId,
      vpcCidrBlock: this.vpcCidrBlock,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
      databaseSubnetIds: this.databaseSubnetIds,
    });
  }
}

/** DNS support and host names are what private DNS of the interface endpoints needs. */
function createVpc({ name, tags, parent }: NetworkScope, cidrBlock: string): Vpc {
  const logicalName = `${name}-vpc`;
  return new Vpc(
    logicalName,
    { cidrBlock, enableDnsSupport: true, enableDnsHostnames: true, tags: { ...tags, Name: logicalName } },
    { parent },
  );
}

function createInternetGateway({ name, tags, parent }: NetworkScope, vpc: Vpc): InternetGateway {
  const logicalName = `${name}-internet`;
  return new InternetGateway(logicalName, { vpcId: vpc.id, tags: { ...tags, Name: logicalName } }, { parent });
}

/** Whatever is created without naming a security group can then talk to nothing (AWS FSBP EC2.2). */
function emptyDefaultSecurityGroup({ name, tags, parent }: NetworkScope, vpc: Vpc): void {
  const logicalName = `${name}-default`;
  new DefaultSecurityGroup(
    logicalName,
    { vpcId: vpc.id, ingress: [], egress: [], tags: { ...tags, Name: logicalName } },
    { parent },
  );
}
