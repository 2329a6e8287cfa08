import { Network, type NetworkArgs } from "../../../components/network/network.ts";
import { type PlannedProgram, planProgram, testName, testTags } from "../../support/plan-component.ts";

/** The network's arguments as production has them. */
export const productionArgs: NetworkArgs = {
  cidrBlock: "10.20.0.0/16",
  availabilityZones: ["ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c"],
  natGateways: "one-per-zone",
  interfaceEndpoints: ["ecr.api", "ecr.dkr", "logs", "secretsmanager"],
  flowLogRetentionDays: 90,
  protection: "protected",
  region: "ap-southeast-2",
  tags: testTags,
};

/** What staging has instead. */
export const stagingArgs: NetworkArgs = {
  ...productionArgs,
  cidrBlock: "10.30.0.0/16",
  availabilityZones: ["ap-southeast-2a", "ap-southeast-2b"],
  natGateways: "one",
  interfaceEndpoints: [],
  flowLogRetentionDays: 14,
  protection: "none",
};

/** Plans one network and returns its outputs with its resources. */
export function planNetwork(args: NetworkArgs): Promise<PlannedProgram> {
  return planProgram(() => {
    const network = new Network(testName, args);
    return {
      vpcId: network.vpcId,
      vpcCidrBlock: network.vpcCidrBlock,
      publicSubnetIds: network.publicSubnetIds,
      privateSubnetIds: network.privateSubnetIds,
      databaseSubnetIds: network.databaseSubnetIds,
    };
  });
}
