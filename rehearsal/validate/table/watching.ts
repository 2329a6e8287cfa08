import type { CallRule, CallTable, Take } from "../call-rule.ts";

/** Attributes as SNS and SQS take them: a map of texts. Absent inputs are left out. */
function attributeMap(take: Take, inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, input]) => {
      const value = take(input);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
}

const chatEndpoint = "The provider asks the endpoint of this region.";

const machineNames = {
  "loggingConfiguration.logDestination": "destinations.0.cloudWatchLogsLogGroup.logGroupArn",
};

const deleteAlarm: CallRule = {
  service: "cloudwatch",
  operation: "DeleteAlarms",
  sets: (_take, { outputs }) => ({ AlarmNames: [outputs["name"] ?? outputs["alarmName"]] }),
};

/** Logs, alarms, events, notices, mail, parameters and the state machine. */
export const watchingCalls: CallTable = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    calls: [
      {
        service: "cloudwatch",
        operation: "PutMetricAlarm",
        names: {
          name: "AlarmName",
          metricQueries: "Metrics",
          "metricQueries.metric": "MetricStat",
          "metricQueries.metric.metricName": "Metric.MetricName",
          "metricQueries.metric.namespace": "Metric.Namespace",
          "metricQueries.metric.dimensions": "Metric.Dimensions",
        },
      },
    ],
    update: "again",
    remove: [deleteAlarm],
  },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    calls: [{ service: "cloudwatch", operation: "PutCompositeAlarm" }],
    update: "again",
    remove: [deleteAlarm],
  },
  "aws:cloudwatch/dashboard:Dashboard": { calls: [{ service: "cloudwatch", operation: "PutDashboard" }] },
  "aws:cloudwatch/eventRule:EventRule": {
    calls: [{ service: "events", operation: "PutRule" }],
    update: "again",
    remove: [{ service: "events", operation: "DeleteRule", sets: (_take, { outputs }) => ({ Name: outputs["name"] }) }],
  },
  "aws:cloudwatch/eventConnection:EventConnection": {
    calls: [
      {
        service: "events",
        operation: "CreateConnection",
        names: {
          "authParameters.apiKey": "ApiKeyAuthParameters",
          "authParameters.apiKey.key": "ApiKeyName",
          "authParameters.apiKey.value": "ApiKeyValue",
        },
      },
    ],
    answers: (read) => ({ arn: read("ConnectionArn") }),
    update: "again",
    remove: [
      { service: "events", operation: "DeleteConnection", sets: (_take, { outputs }) => ({ Name: outputs["name"] }) },
    ],
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    calls: [
      {
        service: "events",
        operation: "PutTargets",
        names: {
          arn: "Targets.0.Arn",
          roleArn: "Targets.0.RoleArn",
          input: "Targets.0.Input",
          inputTransformer: "Targets.0.InputTransformer",
          "inputTransformer.inputPaths": "InputPathsMap",
          retryPolicy: "Targets.0.RetryPolicy",
          deadLetterConfig: "Targets.0.DeadLetterConfig",
        },
        // The provider makes up an id where the program gives none; the plan has one in its place.
        sets: (take, { id }) => ({ "Targets.0.Id": take("targetId") ?? id }),
      },
    ],
    update: "again",
    remove: [
      {
        service: "events",
        operation: "RemoveTargets",
        sets: (_take, { inputs, id }) => ({ Rule: inputs["rule"], Ids: [inputs["targetId"] ?? id] }),
      },
    ],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    calls: [
      { service: "logs", operation: "CreateLogGroup", names: { name: "logGroupName" } },
      {
        service: "logs",
        operation: "PutRetentionPolicy",
        inputs: ["name", "retentionInDays"],
        names: { name: "logGroupName" },
      },
    ],
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
    calls: [
      {
        service: "logs",
        operation: "PutMetricFilter",
        names: {
          name: "filterName",
          pattern: "filterPattern",
          "metricTransformation.name": "metricName",
          "metricTransformation.namespace": "metricNamespace",
          "metricTransformation.value": "metricValue",
        },
      },
    ],
  },
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": {
    calls: [{ service: "chatbot", operation: "CreateSlackChannelConfiguration" }],
    answers: (read) => ({ chatConfigurationArn: read("ChannelConfiguration.ChatConfigurationArn") }),
    unsent: { region: chatEndpoint },
  },
  "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": {
    calls: [{ service: "chatbot", operation: "CreateMicrosoftTeamsChannelConfiguration" }],
    answers: (read) => ({ chatConfigurationArn: read("ChannelConfiguration.ChatConfigurationArn") }),
    unsent: { region: chatEndpoint },
  },
  "aws:sns/topic:Topic": {
    calls: [
      {
        service: "sns",
        operation: "CreateTopic",
        sets: (take) => ({
          Attributes: attributeMap(take, { KmsMasterKeyId: "kmsMasterKeyId", SignatureVersion: "signatureVersion" }),
        }),
      },
    ],
    answers: (read) => ({ arn: read("TopicArn") }),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    calls: [
      {
        service: "sns",
        operation: "SetTopicAttributes",
        names: { arn: "TopicArn", policy: "AttributeValue" },
        sets: () => ({ AttributeName: "Policy" }),
      },
    ],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    calls: [{ service: "sns", operation: "Subscribe", names: { topic: "TopicArn" } }],
    answers: (read) => ({ arn: read("SubscriptionArn") }),
  },
  "aws:sqs/queue:Queue": {
    calls: [
      {
        service: "sqs",
        operation: "CreateQueue",
        names: { name: "QueueName" },
        sets: (take) => ({
          Attributes: attributeMap(take, {
            MessageRetentionPeriod: "messageRetentionSeconds",
            SqsManagedSseEnabled: "sqsManagedSseEnabled",
          }),
        }),
      },
    ],
    answers: (read) => ({ id: read("QueueUrl"), url: read("QueueUrl") }),
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    calls: [
      {
        service: "sqs",
        operation: "SetQueueAttributes",
        sets: (take) => ({ Attributes: attributeMap(take, { Policy: "policy" }) }),
      },
    ],
  },
  "aws:ssm/parameter:Parameter": {
    calls: [{ service: "ssm", operation: "PutParameter" }],
    update: [
      {
        service: "ssm",
        operation: "PutParameter",
        inputs: ["value"],
        sets: (_take, { inputs }) => ({ Name: inputs["name"], Type: inputs["type"], Overwrite: true }),
      },
    ],
  },
  "aws:sfn/stateMachine:StateMachine": {
    calls: [
      {
        service: "stepfunctions",
        operation: "CreateStateMachine",
        names: machineNames,
      },
    ],
    answers: (read) => ({ arn: read("stateMachineArn") }),
    update: [
      {
        service: "stepfunctions",
        operation: "UpdateStateMachine",
        inputs: ["definition", "roleArn", "loggingConfiguration", "tracingConfiguration"],
        names: machineNames,
        sets: (_take, { outputs }) => ({ stateMachineArn: outputs["arn"] }),
      },
    ],
  },
  "aws:sesv2/configurationSet:ConfigurationSet": {
    calls: [{ service: "sesv2", operation: "CreateConfigurationSet" }],
  },
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": {
    calls: [{ service: "sesv2", operation: "CreateConfigurationSetEventDestination" }],
  },
  "aws:sesv2/emailIdentity:EmailIdentity": { calls: [{ service: "sesv2", operation: "CreateEmailIdentity" }] },
  "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes": {
    calls: [{ service: "sesv2", operation: "PutEmailIdentityFeedbackAttributes" }],
  },
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": {
    calls: [{ service: "sesv2", operation: "PutEmailIdentityMailFromAttributes" }],
  },
};
