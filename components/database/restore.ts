import type { InstanceArgs } from "@pulumi/aws/rds/instance.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId.js";
import type { UntaggedScope } from "../scope.ts";

/** The backup that an instance is created from: a snapshot, or an instance at a point in time. */
export interface RestoreFrom {
  /** A snapshot of this account and region: an automatic one, one of AWS Backup (`awsbackup:…`) or a manual one. */
  readonly snapshotIdentifier?: string;
  /** The instance whose automatic backups are restored. */
  readonly sourceInstanceIdentifier?: string;
  /** ISO 8601 instant with its zone. Default: the latest restorable one. Only with `sourceInstanceIdentifier`. */
  readonly restoreTime?: string;
}

/** The instance's inputs that restore a backup. An empty instance has none of them. */
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

/**
 * Names the instance before it exists, because its log groups and its monitoring role contain the name.
 *
 * The name ends in digits that are drawn once for each origin. So a restored instance can stand beside the one that it
 * replaces. The final snapshot is named after the instance, and never has the name of an earlier one.
 */
export function createInstanceIdentifier(
  { name, parent }: UntaggedScope,
  { restoreFrom }: { readonly restoreFrom?: RestoreFrom },
): pulumi.Output<string> {
  const suffix = new RandomId(
    `${name}-database`,
    { byteLength: 4, keepers: { origin: originOf(restoreFrom) } },
    { parent },
  );
  return pulumi.interpolate`${name}-${suffix.hex}`;
}
