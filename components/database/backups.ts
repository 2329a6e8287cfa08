import { Plan } from "@pulumi/aws/backup/plan.js";
import { Selection } from "@pulumi/aws/backup/selection.js";
import { Vault } from "@pulumi/aws/backup/vault.js";
import { VaultLockConfiguration } from "@pulumi/aws/backup/vaultLockConfiguration.js";
import { VaultNotifications } from "@pulumi/aws/backup/vaultNotifications.js";
import type * as pulumi from "@pulumi/pulumi";
import { createManagedRole } from "../iam.ts";
import { child, type Scope } from "../scope.ts";

/**
 * When the database is backed up and maintained, UTC. Melbourne is 10 hours ahead, 11 in summer, so everything happens
 * between 1 and 7 in the morning there. The windows may not overlap ("Managing automated backups", RDS user guide). AWS
 * Backup starts nothing during a maintenance window or in the hour before it ("Backup plan options and configuration", AWS
 * Backup developer guide).
 */
export const schedule = {
  /** Daily automatic backup: 1:00 in Melbourne. */
  backupWindowUtc: "15:00-15:45",
  /** Weekly maintenance: Sunday 3:00 in Melbourne, after the portal's busiest day. */
  maintenanceWindowUtc: "sat:17:00-sat:18:00",
  /** Daily copy into the vault: 5:00 in Melbourne. */
  vaultCronUtc: "cron(0 19 * * ? *)",
} as const;

/** What the vault holds, for how long, and who is told of failures. */
export interface BackupVaultArgs {
  /** Days that a copy is kept. */
  readonly retentionDays: number;
  readonly instanceArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly deletionProtection: boolean;
  /** Whether the vault may be destroyed with copies in it. Then it is not locked. */
  readonly destroyable: boolean;
  /** Topic of failed copies. Its policy must let `backup.amazonaws.com` publish, and its key let that service encrypt. */
  readonly alertTopicArn: pulumi.Input<string>;
  readonly accountId: pulumi.Input<string>;
}

/**
 * Creates the vault and a daily copy of the instance into it.
 *
 * The copies are snapshots. RDS's own backups stay the continuous ones. Under AWS Backup these last 35 days at most, and
 * AWS Backup would own the retention and the window that the instance sets.
 */
export function createBackupVault(scope: Scope, args: BackupVaultArgs): void {
  const { logicalName, tags, opts } = child(scope, "backups");
  const vault = new Vault(
    logicalName,
    { kmsKeyArn: args.keyArn, forceDestroy: args.destroyable, tags },
    { ...opts, protect: args.deletionProtection },
  );
  if (!args.destroyable) createVaultLock(scope, { ...args, vault });
  createDailyCopy(scope, { ...args, vault });
  new VaultNotifications(
    logicalName,
    {
      backupVaultName: vault.name,
      snsTopicArn: args.alertTopicArn,
      backupVaultEvents: ["BACKUP_JOB_FAILED", "BACKUP_JOB_EXPIRED"],
    },
    opts,
  );
}

type VaultArgs = BackupVaultArgs & { readonly vault: Vault };

/**
 * Locks the vault in governance mode. Nobody can delete a copy early, or write one that lives shorter or longer, except
 * those whom IAM lets remove the lock ("AWS Backup Vault Lock"). `changeableForDays` would make it compliance mode, which
 * nobody can ever undo.
 */
function createVaultLock(scope: Scope, { vault, retentionDays }: VaultArgs): void {
  const { logicalName, opts } = child(scope, "backups");
  new VaultLockConfiguration(
    logicalName,
    { backupVaultName: vault.name, minRetentionDays: retentionDays, maxRetentionDays: retentionDays },
    opts,
  );
}

/**
 * Copies the instance each day, by a role that cannot restore: a restore is an update of this stack. The instance is
 * selected by its ARN, because a tag can be forgotten, or be on something else.
 */
function createDailyCopy(scope: Scope, { vault, retentionDays, accountId, instanceArn }: VaultArgs): void {
  const { logicalName, tags, opts } = child(scope, "backups");
  const plan = new Plan(
    logicalName,
    {
      rules: [
        {
          ruleName: "daily",
          targetVaultName: vault.name,
          schedule: schedule.vaultCronUtc,
          startWindow: 60,
          completionWindow: 240,
          enableContinuousBackup: false,
          lifecycle: { deleteAfter: retentionDays },
          recoveryPointTags: tags,
        },
      ],
      tags,
    },
    opts,
  );
  const iamRoleArn = createManagedRole(scope, {
    what: "backup",
    description: `AWS Backup of the database of ${scope.name}`,
    service: "backup.amazonaws.com",
    accountId,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
  });
  new Selection(logicalName, { planId: plan.id, iamRoleArn, resources: [instanceArn] }, opts);
}
