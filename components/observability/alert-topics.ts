import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope, type Tags } from "../scope.ts";

/** Arguments of {@link AlertTopics}. */
export interface AlertTopicsArgs {
  /**
   * Mail addresses that are told (guide K2). Each confirms by a link in the first mail and receives nothing before that.
   * Removing one ends its subscription.
   */
  readonly notify: readonly string[];
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/** Days in which a deletion of the key can be taken back. Messages need the key only while they are under way. */
const keyDeletionDays = 7;

/**
 * The topic that tells people: alarms, rollbacks, events of the database and its backups, bounced mail.
 *
 * There is one topic and not one for each severity. A small team reads all of it, and an alarm is lost in a topic that
 * nobody subscribed to. The key is the stack's own, because services cannot publish to a topic under the key that AWS
 * manages for SNS (Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs").
 */
export class AlertTopics extends pulumi.ComponentResource {
  /** The topic, once services may publish to it. */
  public readonly alertTopicArn: pulumi.Output<string>;

  /**
   * @param name base name of the stack, such as `portal-production`
   * @throws {RangeError} when nobody is to be told, or one address twice
   */
  constructor(name: string, args: AlertTopicsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:observability:AlertTopics", name, {}, opts);
    checkAddresses(args.notify);
    const scope: Scope = { name, parent: this, tags: args.tags };

    const keyArn = createKey(scope, args);
    this.alertTopicArn = createTopic(scope, { ...args, keyArn });
    this.registerOutputs({ alertTopicArn: this.alertTopicArn });
  }
}

function checkAddresses(notify: readonly string[]): void {
  if (notify.length === 0) {
    throw new RangeError("notify is empty, so that no alarm would reach anybody. Name at least one mail address.");
  }
  const twice = notify.find((address, index) => notify.indexOf(address) !== index);
  if (twice !== undefined) throw new RangeError(`notify names ${twice} twice. Name each address once.`);
}

function createKey(scope: Scope, args: AlertTopicsArgs): pulumi.Output<string> {
  const { logicalName, tags, opts } = child(scope, "alerts");
  const key = new Key(
    logicalName,
    {
      description: "Encrypts the alert topic",
      enableKeyRotation: true,
      deletionWindowInDays: keyDeletionDays,
      policy: keyPolicy(args),
      tags,
    },
    opts,
  );
  new Alias(logicalName, { name: `alias/${logicalName}`, targetKeyId: key.keyId }, opts);
  return key.arn;
}

/** @returns the topic's ARN, known once its policy exists: some services test the permission when they get the topic */
function createTopic(
  scope: Scope,
  args: AlertTopicsArgs & { readonly keyArn: pulumi.Output<string> },
): pulumi.Output<string> {
  const { logicalName, tags, opts } = child(scope, "alerts");
  const topic = new Topic(logicalName, { kmsMasterKeyId: args.keyArn, signatureVersion: 2, tags }, opts);
  const policy = new TopicPolicy(logicalName, { arn: topic.arn, policy: topicPolicy(topic.arn, args) }, opts);
  for (const address of args.notify) {
    new TopicSubscription(
      `${logicalName}-${address}`,
      { topic: topic.arn, protocol: "email", endpoint: address },
      opts,
    );
  }
  return pulumi.all([topic.arn, policy.id]).apply(([arn]) => arn);
}

/** The services that publish for this account alone. The rollback's machine publishes by its own role. */
const publishers = [
  { sid: "Alarms", service: "cloudwatch.amazonaws.com" },
  { sid: "BouncedMail", service: "ses.amazonaws.com" },
  { sid: "DatabaseEvents", service: "events.rds.amazonaws.com" },
] as const;

/**
 * EventBridge publishes failed backups. It fulfils no condition in a topic's policy: AWS gives the statement without one
 * ("Troubleshooting Amazon EventBridge", EventBridge user guide), and a condition would lose each notice without a word.
 */
const eventPublisher = { sid: "FailedBackups", service: "events.amazonaws.com" } as const;

/** Lets a service do this, where a condition holds. */
function serviceStatement(
  { sid, service }: { readonly sid: string; readonly service: string },
  { Action, Resource, Condition }: { Action: unknown; Resource: unknown; Condition?: unknown },
) {
  return { Sid: sid, Effect: "Allow", Principal: { Service: service }, Action, Resource, Condition };
}

/** Lets the services that name their source do this for this account. */
function publisherStatements(accountId: pulumi.Input<string>, action: { Action: unknown; Resource: unknown }) {
  const Condition = { StringEquals: { "aws:SourceAccount": accountId } };
  return publishers.map((publisher) => serviceStatement(publisher, { ...action, Condition }));
}

/** Lets the services publish for this account, and the account's roles publish as far as their own policies go. */
function topicPolicy(topicArn: pulumi.Output<string>, { accountId }: AlertTopicsArgs): pulumi.Output<string> {
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
      ...publisherStatements(accountId, { Action: "sns:Publish", Resource: topicArn }),
      serviceStatement(eventPublisher, { Action: "sns:Publish", Resource: topicArn }),
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
 * Holds for messages to topics of this account. SNS does not support the source's account or ARN in the key's policy where
 * EventBridge publishes ("Managing Amazon SNS encryption keys and costs", SNS developer guide), but it names the topic in
 * the encryption context of each of its calls.
 */
function forOwnTopics({ region, accountId }: Pick<AlertTopicsArgs, "region" | "accountId">) {
  const topics = pulumi.interpolate`arn:aws:sns:${region}:${accountId}:*`;
  return { StringLike: { "kms:EncryptionContext:aws:sns:topicArn": topics } };
}

/**
 * Lets the account administer the key. Lets those who may publish use it through SNS (as AWS's own key for SNS does), and
 * lets the services use it for this account.
 */
function keyPolicy({ region, accountId }: AlertTopicsArgs): pulumi.Output<string> {
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
      ...publisherStatements(accountId, { Action: use, Resource: "*" }),
      serviceStatement(eventPublisher, { Action: use, Resource: "*", Condition: forOwnTopics({ region, accountId }) }),
    ],
  });
}
