import {
  arn,
  globalArn,
  named,
  physicalName,
  plain,
  type ResourceModel,
  type ServiceModel,
  stableHex,
  textInput,
} from "./model.ts";

/** A channel's ARN names no region. */
function chatChannel(kind: string): ResourceModel {
  return (question) => {
    const name = textInput(question, "configurationName");
    const chatConfigurationArn = globalArn("chatbot", `chat-configuration/${kind}/${name}`);
    return { id: `${name}-${stableHex(question, 7)}`, state: { chatConfigurationArn } };
  };
}

/** Logs, alarms, events, notices, mail, firewall and the state machine. */
export const watchingModel: ServiceModel = {
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": chatChannel("slack-channel"),
  "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": chatChannel("microsoft-teams-channel"),
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group:"),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": (question) => {
    const name = physicalName(question, "name", 512);
    return { id: name, state: { name } };
  },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": plain,
  "aws:cloudwatch/queryDefinition:QueryDefinition": plain,
  "aws:cloudwatch/metricAlarm:MetricAlarm": named("cloudwatch", "alarm:"),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": (question) => {
    const alarmName = physicalName(question, "alarmName");
    return { id: alarmName, state: { alarmName, arn: arn(question, "cloudwatch", `alarm:${alarmName}`) } };
  },
  "aws:cloudwatch/dashboard:Dashboard": (question) => {
    const dashboardName = physicalName(question, "dashboardName");
    return {
      id: dashboardName,
      state: { dashboardName, dashboardArn: `arn:aws:cloudwatch::123456789012:dashboard/${dashboardName}` },
    };
  },
  "aws:cloudwatch/eventRule:EventRule": named("events", "rule/", { maxLength: 64 }),
  "aws:cloudwatch/eventTarget:EventTarget": plain,
  "aws:cloudwatch/eventConnection:EventConnection": (question) => {
    const name = physicalName(question, "name", 64);
    const uuid = stableHex(question, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return {
      id: name,
      state: {
        name,
        arn: arn(question, "events", `connection/${name}/${uuid}`),
        secretArn: arn(question, "secretsmanager", `secret:events!connection/${name}/${uuid}-AbCdEf`),
      },
    };
  },
  "aws:scheduler/schedule:Schedule": named("scheduler", "schedule/default/", { maxLength: 64 }),
  "aws:sns/topic:Topic": (question) => {
    const name = physicalName(question);
    const topicArn = arn(question, "sns", name);
    return { id: topicArn, state: { name, arn: topicArn } };
  },
  "aws:sns/topicSubscription:TopicSubscription": (question) => {
    const subscriptionArn = `${textInput(question, "topic")}:${stableHex(question, 32)}`;
    return { id: subscriptionArn, state: { arn: subscriptionArn } };
  },
  "aws:sns/topicPolicy:TopicPolicy": plain,
  "aws:sqs/queue:Queue": (question) => {
    const name = physicalName(question, "name", 80);
    const queueArn = arn(question, "sqs", name);
    const url = `https://sqs.${question.region}.amazonaws.com/${queueArn.split(":")[4]}/${name}`;
    return { id: url, state: { name, arn: queueArn, url } };
  },
  "aws:sqs/queuePolicy:QueuePolicy": plain,
  "aws:sfn/stateMachine:StateMachine": (question) => {
    const name = physicalName(question, "name", 80);
    const machineArn = arn(question, "states", `stateMachine:${name}`);
    return { id: machineArn, state: { name, arn: machineArn } };
  },
  "aws:sesv2/emailIdentity:EmailIdentity": (question) => {
    const identity = textInput(question, "emailIdentity");
    const tokens = [1, 2, 3].map((index) => stableHex({ type: question.type, name: `${identity}${index}` }, 32));
    return {
      id: identity,
      state: {
        arn: arn(question, "ses", `identity/${identity}`),
        dkimSigningAttributes: {
          tokens,
          status: "PENDING",
          nextSigningKeyLength: "RSA_2048_BIT",
          currentSigningKeyLength: "RSA_2048_BIT",
        },
      },
    };
  },
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": plain,
  "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes": plain,
  "aws:sesv2/configurationSet:ConfigurationSet": (question) => {
    const configurationSetName = physicalName(question, "configurationSetName", 64);
    return {
      id: configurationSetName,
      state: { configurationSetName, arn: arn(question, "ses", `configuration-set/${configurationSetName}`) },
    };
  },
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": plain,
  "aws:wafv2/webAcl:WebAcl": (question) => {
    const name = physicalName(question, "name", 128);
    return {
      id: stableHex(question, 32),
      state: { name, arn: arn(question, "wafv2", `regional/webacl/${name}/${stableHex(question, 32)}`) },
    };
  },
  "aws:wafv2/ipSet:IpSet": (question) => {
    const name = physicalName(question, "name", 128);
    const id = stableHex(question, 32);
    return { id, state: { name, arn: arn(question, "wafv2", `regional/ipset/${name}/${id}`) } };
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": plain,
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": plain,
};
