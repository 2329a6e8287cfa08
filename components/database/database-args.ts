import type * as pulumi from "@pulumi/pulumi";
import type { Protection, Tags } from "../scope.ts";
import type { RestoreFrom } from "./restore.ts";

/** What the database of a stage looks like. Nothing here replaces the instance unless it says so. */
export interface DatabaseArgs {
  /** VPC of the subnets. Changing it replaces the instance. */
  readonly vpcId: pulumi.Input<string>;
  /** Subnets without a route out, in at least two zones. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /**
   * PostgreSQL version such as `17` or `17.6`. RDS takes minor upgrades of a major version in the maintenance window. A
   * new major version is refused here. docs/database.md says how to take one.
   */
  readonly engineVersion: string;
  /** RDS instance class such as `db.t4g.medium`. Changing it restarts the instance. */
  readonly instanceClass: string;
  /** Storage at the start, GiB. RDS never shrinks it. */
  readonly allocatedStorageGib: number;
  /** Most storage that autoscaling may take, GiB. */
  readonly maxAllocatedStorageGib: number;
  /** A synchronous standby in another zone (AWS FSBP RDS.5). */
  readonly multiAz: boolean;
  /**
   * Whether RDS refuses to delete the instance (AWS FSBP RDS.8). While true, changes that restart the instance wait for the
   * maintenance window, and Pulumi protects the key and the vault.
   */
  readonly deletionProtection: boolean;
  /** Whether Pulumi refuses to delete or replace the instance. */
  readonly protection: Protection;
  /**
   * Whether the data may be lost. Then there is no final snapshot, and backups and keys are deleted with the instance. Not
   * with `deletionProtection`.
   */
  readonly destroyable: boolean;
  /** Days of automatic backups and point-in-time restore, 1 to 35. */
  readonly backupRetentionDays: number;
  /** Days that the AWS Backup vault keeps its daily copies. Default: no vault. */
  readonly vaultRetentionDays?: number;
  /**
   * Days from the update that creates the lock until nobody can change it any more, at least 3. Default: governance mode,
   * in which whoever IAM allows can remove the lock.
   */
  readonly vaultComplianceGraceDays?: number;
  /** Whether AWS Backup restores a copy of the vault each month to test it. Default false; without a vault it does nothing. */
  readonly restoreTesting?: boolean;
  /** Statements slower than this are logged, milliseconds. */
  readonly slowQueryMilliseconds: number;
  /** `max_connections`. A change takes effect on the next restart. */
  readonly maxConnections: number;
  /** The backup that the instance is created from. Default: an empty instance. A change replaces the instance. */
  readonly restoreFrom?: RestoreFrom;
  /** SNS topic that RDS and AWS Backup report failures to (AWS FSBP RDS.20 to RDS.22). */
  readonly alertTopicArn: pulumi.Input<string>;
  /** Region of the subnets. */
  readonly region: string;
  /** Account that the instance is created in. */
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * Checks what AWS would refuse only halfway through an update, or not at all.
 *
 * @throws {RangeError} naming the arguments that contradict each other
 */
export function checkDatabaseArgs({ destroyable, deletionProtection, restoreFrom }: DatabaseArgs): void {
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
