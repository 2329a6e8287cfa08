import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Instance } from "@pulumi/aws/rds/instance.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { child, guarded, type Scope } from "../scope.ts";
import { schedule } from "./backups.ts";
import type { DatabaseArgs } from "./database-args.ts";
import { exportedLogs } from "./monitoring.ts";
import { databasePort, masterUserName } from "./names.ts";
import { createParameterGroup } from "./parameters.ts";
import { restoreInputs } from "./restore.ts";

/** What an instance is made from: the database's arguments, and the parts that exist before it. */
export interface InstanceArgs extends DatabaseArgs {
  readonly identifier: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly monitoringRoleArn: pulumi.Output<string>;
  /** What must exist before RDS starts to log. */
  readonly logGroups: readonly pulumi.Resource[];
}

/**
 * Creates the instance, without a database in it. `DatabaseAccess` creates that with its owner and its grants.
 *
 * Where it is protected, a replacement needs a written reason and leaves the old instance in AWS. After a bad
 * migration the old instance is the evidence, and RDS would refuse to delete it anyway. Only another origin may replace
 * the instance, and the new one is always created first. The instance is never renamed in place.
 */
export function createInstance(scope: Scope, args: InstanceArgs): Instance {
  const { logicalName, tags, opts } = guarded(child(scope, "database"), args.protection);
  const { deletionProtection, destroyable } = args;
  return new Instance(
    logicalName,
    {
      identifier: args.identifier,
      engine: "postgres",
      engineVersion: args.engineVersion,
      allowMajorVersionUpgrade: false,
      autoMinorVersionUpgrade: true,
      instanceClass: args.instanceClass,
      multiAz: args.multiAz,
      parameterGroupName: createParameterGroup(scope, args).name,
      ...storage(args),
      ...connections(args),
      dbSubnetGroupName: createSubnetGroup(scope, args).name,
      ...watching(args),
      ...restoreInputs(args.restoreFrom),
      backupRetentionPeriod: args.backupRetentionDays,
      backupWindow: schedule.backupWindowUtc,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: destroyable,
      maintenanceWindow: schedule.maintenanceWindowUtc,
      applyImmediately: !deletionProtection,
      deletionProtection,
      skipFinalSnapshot: destroyable,
      finalSnapshotIdentifier: destroyable ? undefined : pulumi.interpolate`${args.identifier}-final`,
      tags,
    },
    {
      ...opts,
      retainOnDelete: deletionProtection,
      deleteBeforeReplace: false,
      replaceOnChanges: ["identifier", "restoreToPointInTime", "snapshotIdentifier"],
      dependsOn: [...args.logGroups],
      // A restore reads the whole backup first, and the provider's own limit is 40 minutes.
      customTimeouts: { create: "2h", update: "2h", delete: "1h" },
    },
  );
}

function storage(args: InstanceArgs) {
  return {
    storageType: "gp3",
    allocatedStorage: args.allocatedStorageGib,
    maxAllocatedStorage: args.maxAllocatedStorageGib,
    storageEncrypted: true,
    kmsKeyId: args.keyArn,
  };
}

/** RDS makes and rotates the master password, and nobody else ever holds it. Every other role uses an IAM token. */
function connections({ keyArn, securityGroupId }: InstanceArgs) {
  return {
    port: databasePort,
    username: masterUserName,
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: keyArn,
    iamDatabaseAuthenticationEnabled: true,
    caCertIdentifier: "rds-ca-rsa2048-g1",
    publiclyAccessible: false,
    vpcSecurityGroupIds: [securityGroupId],
  };
}

/** Seven days of performance data are free. A minute is the coarsest enhanced monitoring (AWS FSBP RDS.6). */
function watching({ keyArn, monitoringRoleArn }: InstanceArgs) {
  return {
    databaseInsightsMode: "standard",
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: keyArn,
    performanceInsightsRetentionPeriod: 7,
    monitoringInterval: 60,
    monitoringRoleArn,
    enabledCloudwatchLogsExports: [...exportedLogs],
  };
}

function createSubnetGroup(scope: Scope, { subnetIds }: DatabaseArgs): SubnetGroup {
  const { logicalName, tags, opts } = child(scope, "database");
  return new SubnetGroup(
    logicalName,
    { description: `Database subnets of ${scope.name}`, subnetIds: [...subnetIds], tags },
    opts,
  );
}

/**
 * Creates the security group, which lets nothing in and nothing out. Each client adds one ingress rule of its own that
 * names the client's group. The provider removes the egress rule that AWS would add.
 */
export function createSecurityGroup(scope: Scope, { vpcId }: DatabaseArgs): SecurityGroup {
  const { logicalName, tags, opts } = child(scope, "database");
  return new SecurityGroup(
    logicalName,
    { vpcId, description: `PostgreSQL of ${scope.name}, each client adds its own rule`, tags },
    opts,
  );
}
