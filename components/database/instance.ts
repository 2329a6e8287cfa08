import { Instance } from "@pulumi/aws/rds/instance.js";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseArgs } from "./database-args.ts";
import { exportedLogs } from "./log-groups.ts";
import { restoreInputs } from "./restore.ts";
import { databasePort, masterUserName } from "./role-names.ts";
import { schedule } from "./schedule.ts";
import type { DatabaseScope } from "./scope.ts";

/** The parts that an instance is put together from. */
export interface InstanceParts {
  readonly identifier: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly subnetGroupName: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly parameterGroupName: pulumi.Output<string>;
  readonly monitoringRoleArn: pulumi.Output<string>;
  /** What must exist before RDS starts to log. */
  readonly logGroups: readonly pulumi.Resource[];
}

/**
 * Creates the instance, without a database in it: `DatabaseAccess` creates that with its owner and its grants.
 *
 * Where it is protected, a replacement needs `pulumi state unprotect` and leaves the old instance in AWS: after a bad
 * migration it is the evidence, and RDS would refuse to delete it anyway. Nothing but another origin may replace it, and
 * never by deleting first; it is never renamed in place.
 */
export function createInstance(
  { name, tags, parent }: DatabaseScope,
  args: DatabaseArgs,
  parts: InstanceParts,
): Instance {
  const logicalName = `${name}-database`;
  const { deletionProtection, destroyable } = args;
  return new Instance(
    logicalName,
    {
      identifier: parts.identifier,
      engine: "postgres",
      engineVersion: args.engineVersion,
      allowMajorVersionUpgrade: false,
      autoMinorVersionUpgrade: true,
      instanceClass: args.instanceClass,
      multiAz: args.multiAz,
      ...storage(args, parts),
      ...connections(parts),
      ...watching(parts),
      ...restoreInputs(args.restoreFrom),
      backupRetentionPeriod: args.backupRetentionDays,
      backupWindow: schedule.backupWindowUtc,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: destroyable,
      maintenanceWindow: schedule.maintenanceWindowUtc,
      applyImmediately: !deletionProtection,
      deletionProtection,
      ...(destroyable
        ? { skipFinalSnapshot: true }
        : { skipFinalSnapshot: false, finalSnapshotIdentifier: pulumi.interpolate`${parts.identifier}-final` }),
      parameterGroupName: parts.parameterGroupName,
      tags: { ...tags, Name: logicalName },
    },
    {
      parent,
      protect: deletionProtection,
      retainOnDelete: deletionProtection,
      deleteBeforeReplace: false,
      replaceOnChanges: ["identifier", "restoreToPointInTime", "snapshotIdentifier"],
      dependsOn: [...parts.logGroups],
      // A restore reads the whole backup first; the provider's own limit is 40 minutes.
      customTimeouts: { create: "2h", update: "2h", delete: "1h" },
    },
  );
}

function storage(args: DatabaseArgs, { keyArn }: InstanceParts) {
  return {
    storageType: "gp3",
    allocatedStorage: args.allocatedStorageGib,
    maxAllocatedStorage: args.maxAllocatedStorageGib,
    storageEncrypted: true,
    kmsKeyId: keyArn,
  };
}

/** RDS makes and rotates the master password; nobody else ever holds it. Everyone else comes with an IAM token. */
function connections({ keyArn, securityGroupId, subnetGroupName }: InstanceParts) {
  return {
    port: databasePort,
    username: masterUserName,
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: keyArn,
    iamDatabaseAuthenticationEnabled: true,
    caCertIdentifier: "rds-ca-rsa2048-g1",
    publiclyAccessible: false,
    dbSubnetGroupName: subnetGroupName,
    vpcSecurityGroupIds: [securityGroupId],
  };
}

/** Seven days of performance data cost nothing; a minute is the coarsest enhanced monitoring (AWS FSBP RDS.6). */
function watching({ keyArn, monitoringRoleArn }: InstanceParts) {
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
