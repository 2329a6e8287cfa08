import { RestoreTestingPlan } from "@pulumi/aws/backup/restoreTestingPlan.js";
import { RestoreTestingSelection } from "@pulumi/aws/backup/restoreTestingSelection.js";
import type * as pulumi from "@pulumi/pulumi";
import { createManagedRole } from "../iam.ts";
import { child, onlyOne, type Scope } from "../scope.ts";
import { createBackupNotice } from "./backup-notice.ts";

/** Which copies are restored for a test, where to, and who is told of a failure. */
export interface RestoreTestsArgs {
  readonly vaultArn: pulumi.Input<string>;
  readonly instanceArn: pulumi.Input<string>;
  /** The database's own subnets. Without them AWS Backup restores into the account's default ones, which may be public. */
  readonly subnetGroupName: pulumi.Input<string>;
  /** Topic of failed restores. Its policy must let `events.amazonaws.com` publish, and its key let that service encrypt. */
  readonly alertTopicArn: pulumi.Input<string>;
  readonly accountId: pulumi.Input<string>;
}

/**
 * When copies are restored, UTC: on the second of each month, at noon in Melbourne or an hour later, so that people are there
 * when it fails. The daily backups and the maintenance are over by then.
 */
const restoreTestCronUtc = "cron(0 2 2 * ? *)";

/** Days back from the test within which the latest copy is taken. The vault gets one each day. */
const selectionWindowDays = 7;
/** Hours that the restored instance lives on after the restore, which is the least that AWS Backup takes. */
const validationWindowHours = 1;

/**
 * Has AWS Backup restore the latest copy of the vault each month into an instance that it deletes again ("Restore testing", AWS
 * Backup developer guide). It shows that a copy can be restored, and how long that takes; nobody reads what is in it.
 *
 * The instance is private, of the same class, without a standby. Names take no hyphens ("CreateRestoreTestingPlan", AWS Backup
 * API reference). The role is AWS's own for restores: restoring an encrypted instance takes a grant on its key, which no role with
 * statements of this program may make.
 */
export function createRestoreTests(scope: Scope, args: RestoreTestsArgs): void {
  const { logicalName, tags, opts } = child(scope, "restore-tests");
  const name = logicalName.replaceAll("-", "_");
  const plan = new RestoreTestingPlan(
    logicalName,
    {
      name,
      scheduleExpression: restoreTestCronUtc,
      scheduleExpressionTimezone: "Etc/UTC",
      startWindowHours: 1,
      recoveryPointSelection: {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: [args.vaultArn],
        recoveryPointTypes: ["SNAPSHOT"],
        selectionWindowDays,
      },
      tags,
    },
    { ...opts, ...onlyOne },
  );
  const iamRoleArn = createManagedRole(scope, {
    what: "restore-tests",
    description: `AWS Backup restores copies of ${scope.name} to test them`,
    service: "backup.amazonaws.com",
    accountId: args.accountId,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
  });
  new RestoreTestingSelection(
    logicalName,
    {
      name,
      restoreTestingPlanName: plan.name,
      iamRoleArn,
      protectedResourceType: "RDS",
      protectedResourceArns: [args.instanceArn],
      restoreMetadataOverrides: { dbSubnetGroupName: args.subnetGroupName, multiAz: "false" },
      validationWindowHours,
    },
    { ...opts, ...onlyOne },
  );
  createFailureNotice(scope, args);
}

/**
 * Tells the alert topic of each restore job of an RDS instance that failed, be it a test or not. Restore jobs say `status` where
 * backup jobs say `state` ("Monitoring AWS Backup events using Amazon EventBridge", AWS Backup developer guide).
 */
function createFailureNotice(scope: Scope, { alertTopicArn }: RestoreTestsArgs): void {
  createBackupNotice(scope, {
    what: "failed-restores",
    description: "A restore by AWS Backup fails",
    detailType: "Restore Job State Change",
    detail: { resourceType: ["RDS"], status: ["ABORTED", "FAILED"] },
    words: { job: "$.detail.restoreJobId", status: "$.detail.status" },
    message:
      "A restore from the backup vault ended as <status>. For the reason: aws backup describe-restore-job --restore-job-id <job>",
    alertTopicArn,
  });
}
