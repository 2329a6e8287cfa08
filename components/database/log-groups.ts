import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseScope } from "./scope.ts";

/** Logs that RDS for PostgreSQL exports: the server's, upgrades', and why an IAM token was refused (AWS FSBP RDS.9). */
export const exportedLogs = ["postgresql", "upgrade", "iam-db-auth-error"] as const;

/** One of the exported logs. */
export type ExportedLog = (typeof exportedLogs)[number];

/** What the log groups need to know. */
export interface LogGroupsArgs {
  readonly instanceIdentifier: pulumi.Input<string>;
  readonly retentionDays: number;
  /** Whether the logs go when their instance is replaced or destroyed. */
  readonly destroyable: boolean;
}

/**
 * Creates the groups that RDS writes to, under the names it uses. RDS would make them itself and keep their content for
 * ever, so they must exist before the instance.
 */
export function createLogGroups(
  { name, tags, parent }: DatabaseScope,
  { instanceIdentifier, retentionDays, destroyable }: LogGroupsArgs,
): Record<ExportedLog, LogGroup> {
  const create = (log: ExportedLog) => {
    const logicalName = `${name}-log-${log}`;
    return new LogGroup(
      logicalName,
      {
        name: pulumi.interpolate`/aws/rds/instance/${instanceIdentifier}/${log}`,
        retentionInDays: retentionDays,
        tags: { ...tags, Name: logicalName },
      },
      { parent, retainOnDelete: !destroyable },
    );
  };
  return {
    postgresql: create("postgresql"),
    upgrade: create("upgrade"),
    "iam-db-auth-error": create("iam-db-auth-error"),
  };
}
