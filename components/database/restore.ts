import type { InstanceArgs } from "@pulumi/aws/rds/instance.js";

/** The backup that an instance is created from: a snapshot, or an instance at a point in time. */
export interface RestoreFrom {
  /** A snapshot of this account and region: an automatic one, one of AWS Backup (`awsbackup:…`) or a manual one. */
  readonly snapshotIdentifier?: string;
  /** The instance whose automatic backups are restored. */
  readonly sourceInstanceIdentifier?: string;
  /** ISO 8601 instant with its zone. Default: the latest restorable one. Only with `sourceInstanceIdentifier`. */
  readonly restoreTime?: string;
}

/** The instance's inputs that restore a backup; none for an empty instance. */
export function restoreInputs(
  restoreFrom: RestoreFrom | undefined,
): Pick<InstanceArgs, "snapshotIdentifier" | "restoreToPointInTime"> {
  if (restoreFrom === undefined) return {};
  const { snapshotIdentifier, sourceInstanceIdentifier, restoreTime } = restoreFrom;
  if (snapshotIdentifier !== undefined) return { snapshotIdentifier };
  return {
    restoreToPointInTime: {
      sourceDbInstanceIdentifier: sourceInstanceIdentifier,
      ...(restoreTime === undefined ? { useLatestRestorableTime: true } : { restoreTime: utcInstant(restoreTime) }),
    },
  };
}

/** Names what an instance was created from, so that another origin means another instance. */
export function originOf(restoreFrom: RestoreFrom | undefined): string {
  if (restoreFrom === undefined) return "empty";
  const { snapshotIdentifier, sourceInstanceIdentifier, restoreTime } = restoreFrom;
  if (snapshotIdentifier !== undefined) return `snapshot ${snapshotIdentifier}`;
  return `${sourceInstanceIdentifier} at ${restoreTime === undefined ? "its latest time" : utcInstant(restoreTime)}`;
}

/** The provider takes instants in UTC only. */
function utcInstant(instant: string): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, "Z");
}
