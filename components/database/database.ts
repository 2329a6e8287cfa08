import * as pulumi from "@pulumi/pulumi";
import type { DatabaseArgs } from "./database-args.ts";
import { createEncryptionKey } from "./encryption.ts";
import { createInstance } from "./instance.ts";
import { createInstanceIdentifier } from "./instance-identifier.ts";
import { createLogGroups } from "./log-groups.ts";
import { createMonitoringRole } from "./monitoring-role.ts";
import { createNotices } from "./notices.ts";
import { createParameterGroup } from "./parameters.ts";
import { createSecurityGroup, createSubnetGroup } from "./placement.ts";
import { databasePort, masterUserName } from "./role-names.ts";
import type { DatabaseScope } from "./scope.ts";
import { createBackupVault } from "./vault.ts";

/** A year: an intrusion is often found months later. */
const defaultLogRetentionDays = 365;

/**
 * RDS PostgreSQL of a stage (guide S1, P1), encrypted, reachable inside the VPC over TLS only, backed up for
 * point-in-time restore and, where asked, into a locked vault (guide B2). The instance holds no database yet:
 * `DatabaseAccess` makes it.
 *
 * @throws {RangeError} when `destroyable` contradicts `deletionProtection`, or `restoreFrom` names no one backup
 */
export class Database extends pulumi.ComponentResource {
  readonly instanceIdentifier: pulumi.Output<string>;
  readonly instanceArn: pulumi.Output<string>;
  /** The `db-…` id that `rds-db:connect` permissions name. */
  readonly resourceId: pulumi.Output<string>;
  /** Host inside the VPC; it follows a failover. */
  readonly address: pulumi.Output<string>;
  readonly port: number;
  /** Clients add an ingress rule to it. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Secrets Manager secret in which RDS keeps the master password. */
  readonly masterUserSecretArn: pulumi.Output<string>;
  readonly masterUserName: string;
  /** Log group of the PostgreSQL server. */
  readonly serverLogGroupName: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:database:Database", name, {}, opts);
    refuseContradictions(args);
    const scope: DatabaseScope = { name, tags: args.tags, parent: this };
    const { destroyable, deletionProtection, region, accountId, alertTopicArn, vaultRetentionDays } = args;

    const key = createEncryptionKey(scope, { destroyable, deletionProtection });
    const securityGroup = createSecurityGroup(scope, args.vpcId);
    const identifier = createInstanceIdentifier(scope, args.restoreFrom);
    const logGroups = createLogGroups(scope, {
      instanceIdentifier: identifier,
      retentionDays: args.logRetentionDays ?? defaultLogRetentionDays,
      destroyable,
    });
    const instance = createInstance(scope, args, {
      identifier,
      keyArn: key.arn,
      subnetGroupName: createSubnetGroup(scope, args.subnetIds).name,
      securityGroupId: securityGroup.id,
      parameterGroupName: createParameterGroup(scope, args).name,
      monitoringRoleArn: createMonitoringRole(scope, { instanceIdentifier: identifier, region, accountId }),
      logGroups: Object.values(logGroups),
    });
    const vault =
      vaultRetentionDays === undefined
        ? undefined
        : createBackupVault(scope, {
            retentionDays: vaultRetentionDays,
            instanceArn: instance.arn,
            keyArn: key.arn,
            deletionProtection,
            destroyable,
            accountId,
          });
    if (alertTopicArn !== undefined) {
      createNotices(scope, { topicArn: alertTopicArn, instanceIdentifier: instance.identifier, vault });
    }

    this.instanceIdentifier = instance.identifier;
    this.instanceArn = instance.arn;
    this.resourceId = instance.resourceId;
    this.address = instance.address;
    this.port = databasePort;
    this.securityGroupId = securityGroup.id;
    this.masterUserSecretArn = instance.masterUserSecrets.apply(([secret]) => {
      if (secret === undefined)
        throw new Error(`RDS reports no master secret for ${name}: it must manage the password.`);
      return secret.secretArn;
    });
    this.masterUserName = masterUserName;
    this.serverLogGroupName = logGroups.postgresql.name;
    this.registerOutputs({
      instanceIdentifier: this.instanceIdentifier,
      instanceArn: this.instanceArn,
      resourceId: this.resourceId,
      address: this.address,
      port: this.port,
      securityGroupId: this.securityGroupId,
      masterUserSecretArn: this.masterUserSecretArn,
      masterUserName: this.masterUserName,
      serverLogGroupName: this.serverLogGroupName,
    });
  }
}

function refuseContradictions({ destroyable, deletionProtection, restoreFrom }: DatabaseArgs): void {
  if (destroyable && deletionProtection) {
    throw new RangeError(
      "Database: destroyable and deletionProtection are both true. A database whose deletion is refused cannot be destroyable: set one of them to false.",
    );
  }
  if (restoreFrom === undefined) return;
  const { snapshotIdentifier, sourceInstanceIdentifier, restoreTime } = restoreFrom;
  if ((snapshotIdentifier === undefined) === (sourceInstanceIdentifier === undefined)) {
    throw new RangeError(
      `Database: restoreFrom is ${JSON.stringify(restoreFrom)}. It names either snapshotIdentifier or sourceInstanceIdentifier: set exactly one.`,
    );
  }
  if (snapshotIdentifier !== undefined && restoreTime !== undefined) {
    throw new RangeError(
      `Database: restoreFrom.restoreTime is ${restoreTime}. A snapshot has one time only: remove restoreTime or name sourceInstanceIdentifier.`,
    );
  }
}
