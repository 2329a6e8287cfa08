import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope } from "../scope.ts";
import { createBackupVault } from "./backups.ts";
import { checkDatabaseArgs, type DatabaseArgs } from "./database-args.ts";
import { createInstance, createSecurityGroup } from "./instance.ts";
import { createEventSubscriptions, createLogGroups, createMonitoringRole } from "./monitoring.ts";
import { databasePort, masterUserName } from "./names.ts";
import { createInstanceIdentifier } from "./restore.ts";
import { createRestoreTests } from "./restore-tests.ts";

/**
 * RDS PostgreSQL of a stage (guide S1, P1). It is encrypted, reachable inside the VPC over TLS only, and backed up for
 * point-in-time restore and, where asked, into a locked vault (guide B2). The instance holds no database yet:
 * `DatabaseAccess` creates it.
 *
 * @throws {RangeError} when `destroyable` contradicts `deletionProtection`, or `restoreFrom` does not name one backup
 */
export class Database extends pulumi.ComponentResource {
  readonly instanceIdentifier: pulumi.Output<string>;
  readonly instanceArn: pulumi.Output<string>;
  /** The `db-…` id that `rds-db:connect` permissions name. */
  readonly resourceId: pulumi.Output<string>;
  /** Host inside the VPC. It follows a failover. */
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
    checkDatabaseArgs(args);
    const scope: Scope = { name, parent: this, tags: args.tags };

    const key = createEncryptionKey(scope, args);
    const securityGroup = createSecurityGroup(scope, args);
    const instanceIdentifier = createInstanceIdentifier(scope, args);
    const logGroups = createLogGroups(scope, { ...args, instanceIdentifier });
    const instance = createInstance(scope, {
      ...args,
      identifier: instanceIdentifier,
      keyArn: key.arn,
      securityGroupId: securityGroup.id,
      monitoringRoleArn: createMonitoringRole(scope, { ...args, instanceIdentifier }),
      logGroups: Object.values(logGroups),
    });
    const { vaultRetentionDays, vaultComplianceGraceDays, restoreTesting = false } = args;
    if (vaultRetentionDays !== undefined) {
      const vault = createBackupVault(scope, {
        ...args,
        retentionDays: vaultRetentionDays,
        complianceGraceDays: vaultComplianceGraceDays,
        instanceArn: instance.arn,
        keyArn: key.arn,
      });
      if (restoreTesting) {
        createRestoreTests(scope, {
          ...args,
          vaultArn: vault.arn,
          instanceArn: instance.arn,
          subnetGroupName: instance.dbSubnetGroupName,
        });
      }
    }
    createEventSubscriptions(scope, { ...args, instanceIdentifier: instance.identifier });

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

/**
 * Creates the key of the instance, its snapshots, its performance data, its master secret and the vault. AWS rotates it
 * once a year (AWS FSBP KMS.4).
 *
 * Snapshots outlive the instance and cannot be read without the key. So where data must not be lost, the key stays in AWS
 * even when the stack is destroyed.
 *
 * Its policy is the one that AWS gives a key without one: the account's IAM policies say who may use it. It is written out so
 * that the plan shows it, and the policies judge it.
 */
function createEncryptionKey(scope: Scope, { destroyable, deletionProtection, accountId }: DatabaseArgs): Key {
  const { logicalName, tags, opts } = child(scope, "database");
  const key = new Key(
    logicalName,
    {
      description: `Database of ${scope.name}`,
      enableKeyRotation: true,
      deletionWindowInDays: destroyable ? 7 : 30,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AdministerByIam",
            Effect: "Allow",
            Principal: { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` },
            Action: "kms:*",
            Resource: "*",
          },
        ],
      }),
      tags,
    },
    { ...opts, protect: deletionProtection, retainOnDelete: !destroyable },
  );
  new Alias(logicalName, { name: `alias/${logicalName}`, targetKeyId: key.keyId }, opts);
  return key;
}
