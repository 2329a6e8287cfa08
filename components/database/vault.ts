import { Plan } from "@pulumi/aws/backup/plan.js";
import { Selection } from "@pulumi/aws/backup/selection.js";
import { Vault } from "@pulumi/aws/backup/vault.js";
import { VaultLockConfiguration } from "@pulumi/aws/backup/vaultLockConfiguration.js";
import type * as pulumi from "@pulumi/pulumi";
import { createBackupRole } from "./backup-role.ts";
import { schedule } from "./schedule.ts";
import type { DatabaseScope } from "./scope.ts";

/** What the vault holds and for how long. */
export interface BackupVaultArgs {
  readonly retentionDays: number;
  readonly instanceArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly deletionProtection: boolean;
  /** Whether the vault may be destroyed with copies in it. Then it is not locked. */
  readonly destroyable: boolean;
  readonly accountId: pulumi.Input<string>;
}

/**
 * Creates the vault and a daily copy of the instance into it.
 *
 * The copies are snapshots. Continuous backup stays with RDS's own backups: under AWS Backup it lasts 35 days at most,
 * and AWS Backup would then own the retention and the window that the instance sets.
 */
export function createBackupVault(scope: DatabaseScope, args: BackupVaultArgs): Vault {
  const vault = createVault(scope, args);
  if (!args.destroyable) lockVault(scope, vault, args.retentionDays);
  const plan = createDailyPlan(scope, vault, args.retentionDays);
  selectInstance(scope, plan, args);
  return vault;
}

function createVault({ name, tags, parent }: DatabaseScope, args: BackupVaultArgs): Vault {
  const logicalName = `${name}-backups`;
  return new Vault(
    logicalName,
    { kmsKeyArn: args.keyArn, forceDestroy: args.destroyable, tags: { ...tags, Name: logicalName } },
    { parent, protect: args.deletionProtection },
  );
}

/**
 * Locks the vault in governance mode: nobody deletes a copy early or writes one that lives shorter or longer, save those
 * whom IAM lets remove the lock ("AWS Backup Vault Lock"). `changeableForDays` would make it compliance mode, which
 * nobody can ever undo.
 */
function lockVault({ name, parent }: DatabaseScope, vault: Vault, retentionDays: number): void {
  new VaultLockConfiguration(
    `${name}-backups`,
    { backupVaultName: vault.name, minRetentionDays: retentionDays, maxRetentionDays: retentionDays },
    { parent },
  );
}

function createDailyPlan({ name, tags, parent }: DatabaseScope, vault: Vault, retentionDays: number): Plan {
  const logicalName = `${name}-backups`;
  return new Plan(
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
          recoveryPointTags: { ...tags, Name: logicalName },
        },
      ],
      tags: { ...tags, Name: logicalName },
    },
    { parent },
  );
}

/** Selects the one instance by its ARN: a tag could be forgotten, or found on something else. */
function selectInstance(scope: DatabaseScope, plan: Plan, { accountId, instanceArn }: BackupVaultArgs): void {
  new Selection(
    `${scope.name}-backups`,
    { planId: plan.id, iamRoleArn: createBackupRole(scope, accountId), resources: [instanceArn] },
    { parent: scope.parent },
  );
}
