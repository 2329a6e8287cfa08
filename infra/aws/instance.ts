import { type DBInstance, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { clientOptions, explained } from "./client.ts";

/** An instance of the database as RDS has it now. */
export interface InstanceState {
  readonly identifier: string;
  /** `available`, `creating`, `backing-up`, … @see Amazon RDS User Guide, "Viewing DB instance status" */
  readonly status: string;
  /** Null while it is being created. */
  readonly address: string | null;
  readonly port: number;
  /** The `db-…` id that `rds-db:connect` permissions name. */
  readonly resourceId: string;
  readonly isPublic: boolean;
  /** Where RDS keeps the master user's password; null where it keeps none. */
  readonly masterSecretArn: string | null;
  /** Since when it exists. ISO 8601. Nothing before it can be restored from this instance. */
  readonly createdAt: string | null;
  /** The last moment that can be restored. ISO 8601; null where there is no backup yet. */
  readonly latestRestorableTime: string | null;
  readonly backupRetentionDays: number;
  readonly allocatedStorageGib: number;
}

/**
 * Asks RDS for an instance, by one call.
 *
 * @throws {Error} whose message says what was asked, what AWS answered and what to do
 * @see Amazon RDS API Reference, DBInstance
 */
export async function describeInstance(region: string, identifier: string): Promise<DBInstance> {
  const { DBInstances = [] } = await explained(`the database ${identifier} could not be read`, () =>
    new RDSClient(clientOptions(region)).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier })),
  );
  const [instance] = DBInstances;
  if (instance === undefined) {
    throw new Error(`AWS: the database ${identifier} could not be read: the answer names no instance.`);
  }
  return instance;
}

/** Reads an instance, by one call. @throws {Error} as {@link describeInstance} */
export async function readInstance(region: string, identifier: string): Promise<InstanceState> {
  return instanceStateOf(identifier, await describeInstance(region, identifier));
}

function instanceStateOf(identifier: string, instance: DBInstance): InstanceState {
  return {
    identifier: instance.DBInstanceIdentifier ?? identifier,
    status: instance.DBInstanceStatus ?? "unknown",
    address: instance.Endpoint?.Address ?? null,
    port: instance.Endpoint?.Port ?? 5432,
    resourceId: instance.DbiResourceId ?? "unknown",
    isPublic: instance.PubliclyAccessible ?? false,
    masterSecretArn: instance.MasterUserSecret?.SecretArn ?? null,
    createdAt: instance.InstanceCreateTime?.toISOString() ?? null,
    latestRestorableTime: instance.LatestRestorableTime?.toISOString() ?? null,
    backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
    allocatedStorageGib: instance.AllocatedStorage ?? 0,
  };
}
