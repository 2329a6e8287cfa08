import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { WebAclLoggingConfiguration } from "@pulumi/aws/wafv2/webAclLoggingConfiguration.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** Headers that let their reader act as the user: kept out of logs and of sampled requests. */
export const secretHeaders = ["authorization", "cookie"] as const;

/**
 * Logs every judged request to a log group of its own (FSBP WAF.11).
 *
 * AWS WAF accepts groups named `aws-waf-logs-…` only. It adds the group to the account's log delivery policy by itself
 * when logging is set up (Amazon CloudWatch Logs, "Logs sent to CloudWatch Logs"), so none is made here: a region holds
 * ten such policies.
 */
export function createWebAclLogging(
  name: string,
  webAclArn: pulumi.Input<string>,
  args: { readonly logRetentionDays: number; readonly tags: Tags },
  opts: pulumi.CustomResourceOptions,
): void {
  const logGroup = new LogGroup(
    `${name}-web-acl`,
    {
      name: `aws-waf-logs-${name}`,
      retentionInDays: args.logRetentionDays,
      tags: { ...args.tags, Name: `${name}-web-acl` },
    },
    opts,
  );
  new WebAclLoggingConfiguration(
    `${name}-web-acl`,
    {
      resourceArn: webAclArn,
      logDestinationConfigs: [logGroup.arn],
      redactedFields: secretHeaders.map((header) => ({ singleHeader: { name: header } })),
    },
    opts,
  );
}
