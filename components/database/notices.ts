import type { Vault } from "@pulumi/aws/backup/vault.js";
import { VaultNotifications } from "@pulumi/aws/backup/vaultNotifications.js";
import { EventSubscription } from "@pulumi/aws/rds/eventSubscription.js";
import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseScope } from "./scope.ts";

/** Events that AWS FSBP RDS.20, RDS.21 and RDS.22 ask to be told, and of the instance those that a person should act on. */
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

/** Where events go and which instance they are about. */
export interface NoticesArgs {
  /** Its policy must let `events.rds.amazonaws.com` and `backup.amazonaws.com` publish, and its key let both encrypt. */
  readonly topicArn: pulumi.Input<string>;
  readonly instanceIdentifier: pulumi.Input<string>;
  readonly vault: Vault | undefined;
}

/** Reports what happens to the instance, and copies that failed, to a topic. */
export function createNotices({ name, tags, parent }: DatabaseScope, args: NoticesArgs): void {
  for (const { what, sourceType, eventCategories } of reportedEvents) {
    const logicalName = `${name}-${what}-events`;
    new EventSubscription(
      logicalName,
      {
        snsTopic: args.topicArn,
        sourceType,
        eventCategories: [...eventCategories],
        ...(sourceType === "db-instance" ? { sourceIds: [args.instanceIdentifier] } : {}),
        tags: { ...tags, Name: logicalName },
      },
      { parent },
    );
  }
  if (args.vault === undefined) return;
  new VaultNotifications(
    `${name}-backups`,
    {
      backupVaultName: args.vault.name,
      snsTopicArn: args.topicArn,
      backupVaultEvents: ["BACKUP_JOB_FAILED", "BACKUP_JOB_EXPIRED"],
    },
    { parent },
  );
}
