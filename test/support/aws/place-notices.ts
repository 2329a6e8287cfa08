import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { callJsonApi } from "./call-json-api.ts";
import { type Placings, tagList, textOutput } from "./placing.ts";

/** Parameters, topics with their subscriptions, and queues. */
export const noticePlacings: Placings = {
  "aws:ssm/parameter:Parameter": {
    async create({ parameters }, resource) {
      const { type, value, description } = resource.inputs as Record<string, string>;
      await parameters.send(
        new PutParameterCommand({
          Name: textOutput(resource, "name"),
          Type: type as "String",
          Value: value,
          Description: description,
          Tags: tagList(resource),
        }),
      );
      return undefined;
    },
    // A change that the program ignores, such as one of the latch's value, does not get here.
    async update({ parameters }, resource) {
      if (!resource.changed.has("value")) return undefined;
      const { type, value } = resource.inputs as Record<string, string>;
      await parameters.send(
        new PutParameterCommand({
          Name: textOutput(resource, "name"),
          Type: type as "String",
          Value: value,
          Overwrite: true,
        }),
      );
      return undefined;
    },
  },
  "aws:sns/topic:Topic": {
    async create({ notices }, resource) {
      const { kmsMasterKeyId, signatureVersion } = resource.inputs;
      const attributes = { KmsMasterKeyId: kmsMasterKeyId, SignatureVersion: signatureVersion };
      const { TopicArn } = await notices.send(
        new CreateTopicCommand({
          Name: textOutput(resource, "name"),
          Attributes: Object.fromEntries(
            Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
          ),
          Tags: tagList(resource),
        }),
      );
      return { [textOutput(resource, "arn")]: String(TopicArn) };
    },
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    async create({ notices }, { inputs }) {
      const { topic, protocol, endpoint } = inputs as Record<string, string>;
      await notices.send(new SubscribeCommand({ TopicArn: topic, Protocol: protocol, Endpoint: endpoint }));
      return undefined;
    },
  },
  "aws:sqs/queue:Queue": {
    async create({ endpoint }, resource) {
      const { messageRetentionSeconds } = resource.inputs;
      const { QueueUrl } = await callJsonApi(endpoint, {
        service: "sqs",
        target: "AmazonSQS.CreateQueue",
        body: {
          QueueName: textOutput(resource, "name"),
          Attributes: { MessageRetentionPeriod: String(messageRetentionSeconds) },
        },
      });
      return { [textOutput(resource, "url")]: String(QueueUrl) };
    },
  },
};
