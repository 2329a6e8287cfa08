import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { EventSubscription } from "@pulumi/aws/rds/eventSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { createManagedRole } from "../iam.ts";
import { child, type Scope } from "../scope.ts";
import type { DatabaseArgs } from "./database-args.ts";

/** The database's arguments, and the name of its instance. */
type NamedInstance = DatabaseArgs & { readonly instanceIdentifier: pulumi.Output<string> };

/** Logs that RDS for PostgreSQL exports: the server's, upgrades', and why an IAM token was refused (AWS FSBP RDS.9). */
export const exportedLogs = ["postgresql", "upgrade", "iam-db-auth-error"] as const;

/** One of the exported logs. */
export type ExportedLog = (typeof exportedLogs)[number];

/** A year, because an intrusion is often found months later. */
const logRetentionDays = 365;

/**
 * Creates the groups that RDS writes to, under the names it uses. They must exist before the instance. Otherwise RDS would
 * create them itself and keep their content for ever. Where data must not be lost, the groups outlive the instance.
 */
export function createLogGroups(scope: Scope, args: NamedInstance): Record<ExportedLog, LogGroup> {
  const { instanceIdentifier, destroyable } = args;
  const create = (log: ExportedLog) => {
    const { logicalName, tags, opts } = child(scope, `log-${log}`);
    return new LogGroup(
      logicalName,
      {
        name: pulumi.interpolate`/aws/rds/instance/${instanceIdentifier}/${log}`,
        retentionInDays: logRetentionDays,
        tags,
      },
      { ...opts, retainOnDelete: !destroyable },
    );
  };
  return {
    postgresql: create("postgresql"),
    upgrade: create("upgrade"),
    "iam-db-auth-error": create("iam-db-auth-error"),
  };
}

/**
 * Creates the role of enhanced monitoring. It can be used for this one instance only ("Setting up and enabling Enhanced
 * Monitoring", RDS user guide, on the confused deputy).
 *
 * @returns the role's ARN, known once the role can do its work
 */
export function createMonitoringRole(scope: Scope, args: NamedInstance): pulumi.Output<string> {
  const { instanceIdentifier, region, accountId } = args;
  return createManagedRole(scope, {
    what: "monitoring",
    description: `Enhanced monitoring of the database of ${scope.name}`,
    service: "monitoring.rds.amazonaws.com",
    accountId,
    sourceArn: pulumi.interpolate`arn:aws:rds:${region}:${accountId}:db:${instanceIdentifier}`,
    policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
  });
}

/** Events that AWS FSBP RDS.20, RDS.21 and RDS.22 ask for, and further events of the instance that need a person. */
const reportedEvents = [
  {
    what: "instance",
    sourceType: "db-instance",
    eventCategories: [
      "configuration change",
      "deletion",
      "failover",
      "failure",
      "low storage",
      "maintenance",
      "recovery",
    ],
  },
  { what: "parameter-group", sourceType: "db-parameter-group", eventCategories: ["configuration change"] },
  { what: "security-group", sourceType: "db-security-group", eventCategories: ["configuration change", "failure"] },
] as const;

/**
 * Reports what happens to the instance to the alert topic. The topic's policy must let `events.rds.amazonaws.com` publish,
 * and its key must let that service encrypt.
 */
export function createEventSubscriptions(scope: Scope, args: NamedInstance): void {
  for (const { what, sourceType, eventCategories } of reportedEvents) {
    const { logicalName, tags, opts } = child(scope, `${what}-events`);
    new EventSubscription(
      logicalName,
      {
        snsTopic: args.alertTopicArn,
        sourceType,
        eventCategories: [...eventCategories],
        sourceIds: sourceType === "db-instance" ? [args.instanceIdentifier] : undefined,
        tags,
      },
      opts,
    );
  }
}
