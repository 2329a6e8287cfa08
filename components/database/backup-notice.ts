import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope } from "../scope.ts";

/** Which change of a job of AWS Backup people are told of, and in which words. */
export interface BackupNoticeArgs {
  /** Last part of the logical name of rule and target. */
  readonly what: string;
  readonly description: string;
  /** `Backup Job State Change`, or the like of another kind of job. */
  readonly detailType: string;
  /** What the event's `detail` has to be. */
  readonly detail: Readonly<Record<string, readonly pulumi.Input<string>[]>>;
  /** What the message takes from the event, each a word: EventBridge does not escape what it fills in. */
  readonly words: Readonly<Record<string, string>>;
  /** The message, with each word in angle brackets. */
  readonly message: string;
  /** Its policy must let `events.amazonaws.com` publish, and its key let that service encrypt. */
  readonly alertTopicArn: pulumi.Input<string>;
}

/**
 * Tells the alert topic of a job of AWS Backup.
 *
 * It is an EventBridge rule, because the vault's own notices of failed and expired jobs are deprecated events that notify
 * nobody ("PutBackupVaultNotifications", AWS Backup API reference). EventBridge gets each change of a job's state, as far
 * as AWS Backup can deliver it, every five minutes ("Monitoring AWS Backup events using Amazon EventBridge", AWS Backup
 * developer guide). The target has no role: with one, deliveries to an encrypted topic may fail ("Using resource-based
 * policies for Amazon EventBridge", EventBridge user guide).
 */
export function createBackupNotice(scope: Scope, args: BackupNoticeArgs): void {
  const { logicalName, tags, opts } = child(scope, args.what);
  const rule = new EventRule(
    logicalName,
    {
      description: args.description,
      eventPattern: pulumi.jsonStringify({
        source: ["aws.backup"],
        "detail-type": [args.detailType],
        detail: args.detail,
      }),
      tags,
    },
    opts,
  );
  new EventTarget(
    logicalName,
    {
      rule: rule.name,
      arn: args.alertTopicArn,
      inputTransformer: { inputPaths: args.words, inputTemplate: `"${args.message}"` },
    },
    opts,
  );
}
