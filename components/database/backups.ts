import { Plan } from "@pulumi/aws/backup/plan.js";
import { Selection } from "@pulumi/aws/backup/selection.js";
import { Vault } from "@pulumi/aws/backup/vault.js";
import { VaultLockConfiguration } from "@pulumi/aws/backup/vaultLockConfiguration.js";
import type * as pulumi from "@pulumi/pulumi";
import { createManagedRole } from "../iam.ts";
import { child, onlyOne, type Scope } from "../scope.ts";
import { createBackupNotice } from "./backup-notice.ts";

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
  /** Days until the lock can never be changed again (compliance mode), or undefined for governance mode. */
  readonly complianceGraceDays: number | undefined;
  readonly instanceArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly deletionProtection: boolean;
  /** Whether the vault may be destroyed with copies in it. Then it is not locked. */
  readonly destroyable: boolean;
  /** Topic of failed copies. Its policy must let `events.amazonaws.com` publish, and its key let that service encrypt. */
  readonly alertTopicArn: pulumi.Input<string>;
  readonly accountId: pulumi.Input<string>;
}

/**
 * Creates the vault and a daily copy of the instance into it.
 *
 * The copies are snapshots. RDS's own backups stay the continuous ones. Under AWS Backup these last 35 days at most, and
 * AWS Backup would own the retention and the window that the instance sets.
 *
 * @returns the vault
 */
export function createBackupVault(scope: Scope, args: BackupVaultArgs): Vault {
  const { logicalName, tags, opts } = child(scope, "backups");
  const vault = new Vault(
    logicalName,
    { kmsKeyArn: args.keyArn, forceDestroy: args.destroyable, tags },
    { ...opts, protect: args.deletionProtection },
  );
  if (!args.destroyable) createVaultLock(scope, { ...args, vault });
  createDailyCopy(scope, { ...args, vault });
  createFailureNotice(scope, args);
  return vault;
}

type VaultArgs = BackupVaultArgs & { readonly vault: Vault };

/**
 * Locks the vault, so that no copy is deleted early and none is written that lives shorter or longer ("AWS Backup Vault
 * Lock", AWS Backup developer guide). In governance mode, whoever IAM allows can remove the lock. `changeableForDays` makes
 * it compliance mode: once these days are over, nobody can remove or change it, the root user and AWS included.
 *
 * Each change replaces the lock. Where the database is protected, so is the lock, in both modes: Pulumi refuses to replace
 * what is protected before and after, so no preview takes a lock away, nor its compliance mode.
 */
function createVaultLock(scope: Scope, args: VaultArgs): void {
  const { vault, retentionDays, complianceGraceDays, deletionProtection } = args;
  const { logicalName, opts } = child(scope, "backups");
  new VaultLockConfiguration(
    logicalName,
    {
      backupVaultName: vault.name,
      minRetentionDays: retentionDays,
      maxRetentionDays: retentionDays,
      changeableForDays: complianceGraceDays,
    },
    { ...opts, ...onlyOne, protect: deletionProtection || complianceGraceDays !== undefined },
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

/** States in which a backup job ends without a whole copy ("DescribeBackupJob", AWS Backup API reference). */
const failedStates = ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"] as const;

/** Tells the alert topic of each job of the instance that ended without a whole copy. */
function createFailureNotice(scope: Scope, { instanceArn, alertTopicArn }: BackupVaultArgs): void {
  createBackupNotice(scope, {
    what: "failed-backups",
    description: "A backup job of the database ends without a whole copy",
    detailType: "Backup Job State Change",
    detail: { resourceArn: [instanceArn], state: failedStates },
    words: { job: "$.detail.backupJobId", instance: "$.detail.resourceArn", state: "$.detail.state" },
    message:
      "The backup of <instance> ended as <state>. For the reason: aws backup describe-backup-job --backup-job-id <job>",
    alertTopicArn,
  });
}
