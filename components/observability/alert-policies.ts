import * as pulumi from "@pulumi/pulumi";

/** Whose account and region the topic is in. */
export interface AlertPolicyScope {
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
}

/**
 * The services that publish. EventBridge is not among them, for it takes no condition on the account here; the rollback's
 * machine publishes by its own role.
 */
const publishers = [
  { sid: "Alarms", service: "cloudwatch.amazonaws.com" },
  { sid: "BouncedMail", service: "ses.amazonaws.com" },
  { sid: "DatabaseEvents", service: "events.rds.amazonaws.com" },
] as const;

/** AWS Backup documents no condition, and publishes to topics of its own account only ("Notification options with AWS Backup"). */
const backupService = "backup.amazonaws.com";

/** Lets the services publish on behalf of this account, and roles of the account as far as their own policies go. */
export function alertTopicPolicy(
  topicArn: pulumi.Input<string>,
  { accountId }: AlertPolicyScope,
): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnAccount",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` },
        Action: ["sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"],
        Resource: topicArn,
      },
      ...publishers.map(({ sid, service }) => ({
        Sid: sid,
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      })),
      {
        Sid: "FailedBackups",
        Effect: "Allow",
        Principal: { Service: backupService },
        Action: "sns:Publish",
        Resource: topicArn,
      },
      {
        Sid: "OnlyTls",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}

/** What a publisher does with the key: SNS encrypts in its name. */
const use = ["kms:Decrypt", "kms:GenerateDataKey*"] as const;

/**
 * Lets the account administer the key, whoever of the account may publish use it through SNS (as AWS's own key for SNS
 * does), and the services use it for this account.
 */
export function alertKeyPolicy({ region, accountId }: AlertPolicyScope): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Administer",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "ThroughSns",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: use,
        Resource: "*",
        Condition: {
          StringEquals: { "kms:CallerAccount": accountId, "kms:ViaService": `sns.${region}.amazonaws.com` },
        },
      },
      ...publishers.map(({ sid, service }) => ({
        Sid: sid,
        Effect: "Allow",
        Principal: { Service: service },
        Action: use,
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      })),
      { Sid: "FailedBackups", Effect: "Allow", Principal: { Service: backupService }, Action: use, Resource: "*" },
    ],
  });
}
