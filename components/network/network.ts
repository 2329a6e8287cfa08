import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import { child, guarded, type Protection, type Scope, type Tags } from "../scope.ts";
import { parseZones } from "./address-plan.ts";
import { createInterfaceEndpoints, createS3Endpoint } from "./endpoints.ts";
import { createFlowLogs } from "./flow-logs.ts";
import { createDatabaseSubnets, createPrivateSubnets, createPublicSubnets, type NatGatewayCount } from "./subnets.ts";

/** What the network of a stage looks like. */
export interface NetworkArgs {
  /** Address range, a /16 such as `10.20.0.0/16`. Changing it replaces the VPC and everything in it. */
  readonly cidrBlock: string;
  /**
   * Zones of the region, at most four. Each gets a public, a private and a database subnet. A zone added at the end
   * moves nothing. Inserting, reordering or removing one replaces subnets.
   */
  readonly availabilityZones: readonly string[];
  /** NAT gateways: `one-per-zone` survives the loss of a zone, `one` costs a third. Changes in place. */
  readonly natGateways: NatGatewayCount;
  /**
   * AWS services that are reached without NAT, as they follow `com.amazonaws.<region>.`, such as `ecr.api`. Each costs
   * money for each zone and hour.
   */
  readonly interfaceEndpoints: readonly string[];
  /** Days that flow logs are kept, a retention that CloudWatch Logs accepts. */
  readonly flowLogRetentionDays: number;
  /** Region of the zones and endpoints. */
  readonly region: string;
  /** Whether Pulumi refuses to delete or replace the VPC and its subnets. */
  readonly protection: Protection;
  readonly tags: Tags;
}

/**
 * The VPC of a stage, with one subnet of each tier in each zone: public subnets for the load balancer, private subnets
 * that reach out through NAT, and database subnets that cannot reach out.
 *
 * The default network ACL stays as AWS makes it. Security groups decide what may pass, and AWS FSBP EC2.21 exempts the
 * default ACL.
 *
 * @throws {RangeError} when the address range is not a /16 or the zones are not distinct zones of the region
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Address range of the VPC. */
  readonly vpcCidrBlock: string;
  /** Subnets of the load balancer, in the order of the zones. Known once their route to the internet exists. */
  readonly publicSubnetIds: pulumi.Output<string>[];
  /** Subnets of the service, in the order of the zones. Known once their route to NAT exists. */
  readonly privateSubnetIds: pulumi.Output<string>[];
  /** Subnets of the database, in the order of the zones. */
  readonly databaseSubnetIds: pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:network:Network", name, {}, opts);
    const { cidrBlock, region, protection } = args;
    const scope: Scope = { name, parent: this, tags: args.tags };
    const zones = parseZones(region, args.availabilityZones);

    const vpc = createVpc(scope, { cidrBlock, protection });
    createFlowLogs(scope, { vpc, region, retentionDays: args.flowLogRetentionDays });

    const addressed = { vpc, cidrBlock, protection };
    const publicSubnets = createPublicSubnets(scope, { ...addressed, zones });
    const { natGateways } = args;
    const privateSubnets = createPrivateSubnets(scope, { ...addressed, publicSubnets, natGateways });
    const databaseSubnets = createDatabaseSubnets(scope, { ...addressed, zones });

    this.vpcId = vpc.id;
    this.vpcCidrBlock = cidrBlock;
    this.publicSubnetIds = publicSubnets.map(({ subnetId }) => subnetId);
    this.privateSubnetIds = privateSubnets.map(({ subnetId }) => subnetId);
    this.databaseSubnetIds = databaseSubnets.subnetIds;

    const routeTableIds = [...privateSubnets.map((subnet) => subnet.routeTableId), databaseSubnets.routeTableId];
    createS3Endpoint(scope, { ...addressed, region, routeTableIds });
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

/**
 * Creates the VPC. Private DNS of the interface endpoints needs DNS support and host names. The default security group
 * is emptied, so that a resource without a security group of its own can talk to nothing (AWS FSBP EC2.2).
 */
function createVpc(scope: Scope, { cidrBlock, protection }: Pick<NetworkArgs, "cidrBlock" | "protection">): Vpc {
  const { logicalName, tags, opts } = guarded(child(scope, "vpc"), protection);
  const byDefault = child(scope, "default");
  const vpc = new Vpc(logicalName, { cidrBlock, enableDnsSupport: true, enableDnsHostnames: true, tags }, opts);
  new DefaultSecurityGroup(
    byDefault.logicalName,
    { vpcId: vpc.id, ingress: [], egress: [], tags: byDefault.tags },
    byDefault.opts,
  );
  return vpc;
}
