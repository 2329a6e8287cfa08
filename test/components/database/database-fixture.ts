import { Database } from "../../../components/database/database.ts";
import type { DatabaseArgs } from "../../../components/database/database-args.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";
import { recordOptions } from "./recorded-options.ts";

/** Production's settings in short. */
export const productionArgs: DatabaseArgs = {
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2", "subnet-3"],
  engineVersion: "17",
  instanceClass: "db.t4g.medium",
  allocatedStorageGib: 50,
  maxAllocatedStorageGib: 200,
  multiAz: true,
  deletionProtection: true,
  protection: "protected",
  destroyable: false,
  backupRetentionDays: 14,
  vaultRetentionDays: 90,
  slowQueryMilliseconds: 500,
  maxConnections: 200,
  alertTopicArn: "arn:aws:sns:ap-southeast-2:123456789012:alerts",
  region: "ap-southeast-2",
  accountId: "123456789012",
  tags: testTags,
};

/** Staging's settings in short. */
export const stagingArgs: DatabaseArgs = {
  ...productionArgs,
  instanceClass: "db.t4g.micro",
  allocatedStorageGib: 20,
  maxAllocatedStorageGib: 50,
  multiAz: false,
  deletionProtection: false,
  protection: "none",
  destroyable: true,
  backupRetentionDays: 3,
  vaultRetentionDays: undefined,
};

/** Plans a database, its public properties as outputs, with the options that each child was given. */
export async function planDatabase(args: DatabaseArgs) {
  const recorded = recordOptions();
  const plan = await planProgram(() => {
    const database = new Database(testName, args, { transformations: [recorded.transformation] });
    const { urn, ...properties } = database;
    return { ...properties };
  });
  return { ...plan, optionsOf: recorded.optionsOf };
}
