import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { alertKeyPolicy, alertTopicPolicy } from "./alert-policies.ts";

/** Arguments of {@link AlertTopics}. */
export interface AlertTopicsArgs {
  /**
   * Mail addresses that are told (guide K2). Each confirms by a link in the first mail; until then it receives nothing.
   * Removing one ends its subscription.
   */
  readonly notify: readonly string[];
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/** Days in which a deletion of the key can be taken back; messages under way need it no longer. */
const keyDeletionDays = 7;

/**
 * The topic that people are told by: alarms, rollbacks, events of the database and its backups, bounced mail.
 *
 * One topic and not one for each severity: a small team reads all of it, and a topic that nobody subscribed to is how an
 * alarm is lost. The key is the stack's own, because services cannot publish to a topic under the key that AWS manages
 * for SNS (Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs").
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
    const logicalName = `${name}-alerts`;
    const tags = { ...args.tags, Name: logicalName };

    const key = new Key(
      logicalName,
      {
        description: "Encrypts the alert topic",
        enableKeyRotation: true,
        deletionWindowInDays: keyDeletionDays,
        policy: alertKeyPolicy(args),
        tags,
      },
      { parent: this },
    );
    new Alias(logicalName, { name: `alias/${logicalName}`, targetKeyId: key.keyId }, { parent: this });
    const topic = new Topic(logicalName, { kmsMasterKeyId: key.arn, signatureVersion: 2, tags }, { parent: this });
    const policy = new TopicPolicy(
      logicalName,
      { arn: topic.arn, policy: alertTopicPolicy(topic.arn, args) },
      { parent: this },
    );
    for (const address of args.notify) {
      new TopicSubscription(
        `${logicalName}-${address}`,
        { topic: topic.arn, protocol: "email", endpoint: address },
        { parent: this },
      );
    }

    // Some services test the permission when they are given the topic.
    this.alertTopicArn = pulumi.all([topic.arn, policy.id]).apply(([arn]) => arn);
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
