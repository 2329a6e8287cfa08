import { aws, type ReplacementTable } from "./row.ts";

/** Types that watch, notify and roll back. */
export const watchingReplacements: ReplacementTable = {
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": aws("chatbot_slack_channel_configuration"),
  "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": aws("chatbot_teams_channel_configuration"),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": aws("cloudwatch_composite_alarm", "actionsEnabled alarmName"),
  "aws:cloudwatch/dashboard:Dashboard": aws("cloudwatch_dashboard", "dashboardName"),
  "aws:cloudwatch/eventConnection:EventConnection": aws("cloudwatch_event_connection", "name"),
  "aws:cloudwatch/eventRule:EventRule": aws("cloudwatch_event_rule", "eventBusName name namePrefix"),
  "aws:cloudwatch/eventTarget:EventTarget": aws("cloudwatch_event_target", "eventBusName rule targetId"),
  "aws:cloudwatch/logGroup:LogGroup": aws("cloudwatch_log_group", "logGroupClass name namePrefix"),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": aws("cloudwatch_log_metric_filter", "logGroupName name"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": aws("cloudwatch_metric_alarm", "name"),
  "aws:sfn/stateMachine:StateMachine": aws("sfn_state_machine", "name namePrefix type"),
  "aws:sns/topic:Topic": aws("sns_topic", "fifoTopic name namePrefix"),
  "aws:sns/topicPolicy:TopicPolicy": aws("sns_topic_policy", "arn"),
  "aws:sns/topicSubscription:TopicSubscription": aws("sns_topic_subscription", "endpoint protocol topic"),
  "aws:sqs/queue:Queue": aws("sqs_queue", "fifoQueue name namePrefix"),
  "aws:sqs/queuePolicy:QueuePolicy": aws("sqs_queue_policy", "queueUrl"),
};
