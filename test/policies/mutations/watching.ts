/** Mutations of what watches a stage: alarms, notices, logs. */
import {
  compositeAlarm,
  databaseEventSubscription,
  eventRule,
  eventTarget,
  flowLog,
  logGroup,
  metricAlarm,
  topic,
  topicSubscription,
} from "../../../policies/kinds.ts";
import { type Mutation, notCaught, production, remove, replaceText, set, the, unset } from "./mutation.ts";
import { dashboard, logMetricFilter } from "./types.ts";

const alerts = the(topic, "alerts");
const errorRate = the(metricAlarm, "green-error-rate-7-of-10");
const responseTime = the(metricAlarm, "green-response-time");
const noneHealthy = the(metricAlarm, "green-none-healthy");
const greenUnfit = the(compositeAlarm, "green-unfit");
const blueUnfit = the(compositeAlarm, "blue-unfit");
const disk = the(metricAlarm, "database-disk");
const fastBudget = the(compositeAlarm, "error-budget-fast");
const instanceEvents = the(databaseEventSubscription, "instance-events");
const otherTopic = "arn:aws:sns:ap-southeast-2:210987654321:other";

const wordsAreAContract = notCaught("Which words the API logs is a contract of its own, with its own tests.");

export const alarmMutations: readonly Mutation[] = [
  set(disk, "alarmActions", [], "cloudwatch-alarm-acts"),
  unset(disk, "alarmActions", "cloudwatch-alarm-acts"),
  set(disk, "alarmActions", [otherTopic], "cloudwatch-alarm-tells-people"),
  set(the(metricAlarm, "rollback-failed"), "alarmActions", [], "cloudwatch-alarm-acts"),
  set(the(metricAlarm, "rollback-asleep"), "actionsEnabled", false, "cloudwatch-actions-enabled"),
  set(greenUnfit, "actionsEnabled", false, "cloudwatch-actions-enabled"),
  set(greenUnfit, "alarmActions", [], "cloudwatch-alarm-acts"),
  set(greenUnfit, "alarmRule", "FALSE", "cloudwatch-alarm-acts"),
  set(
    greenUnfit,
    "actionsSuppressor",
    { alarm: "deploying", extensionPeriod: 0, waitPeriod: 0 },
    "cloudwatch-not-suppressed",
  ),
  replaceText(greenUnfit, "alarmRule", ["green", "blue"], "rollout-colour-is-watched"),
  replaceText(blueUnfit, "alarmRule", ["OR", "AND"], "rollout-colour-is-watched"),
  set(fastBudget, "alarmRule", "FALSE", "cloudwatch-alarm-acts"),
  unset(fastBudget, "alarmActions", "cloudwatch-alarm-acts"),
  remove(fastBudget, "cloudwatch-alarm-acts"),
  remove(blueUnfit, "rollout-colour-is-watched"),
  remove(greenUnfit, "rollout-colour-is-watched"),
  remove(errorRate, "cloudwatch-composite-names-exist"),
  remove(noneHealthy, "cloudwatch-composite-names-exist"),
  remove(responseTime, "cloudwatch-composite-names-exist"),
  unset(errorRate, "treatMissingData", "cloudwatch-missing-data-decided"),
  set(noneHealthy, "treatMissingData", "notBreaching", "rollout-colour-is-watched"),
  set(
    errorRate,
    "metricQueries[failed].metric.dimensions.TargetGroup",
    "targetgroup/portal-production-blue-f3a1a90/f3a1a909552306c3",
    "rollout-colour-is-watched",
    production,
  ),
  set(errorRate, "metricQueries[failed].metric.metricName", "HTTPCode_Target_2XX_Count", "rollout-colour-is-watched"),
  set(noneHealthy, "dimensions.TargetGroup", "targetgroup/other/1", "rollout-colour-is-watched"),
  set(errorRate, "comparisonOperator", "LessThanThreshold", "rollout-colour-is-watched"),
  set(errorRate, "threshold", 100, "rollout-colour-is-watched"),
  set(errorRate, "metricQueries[result].expression", "0", "rollout-colour-is-watched"),
  set(
    responseTime,
    "threshold",
    3600,
    notCaught("How slow is too slow is the stage's config, alerts.responseTimeSeconds."),
  ),
  set(
    errorRate,
    "evaluationPeriods",
    24,
    notCaught(
      "How long an alarm looks back is a choice of the stage: window, minimum of errors and volume go together. The gate counts requests by itself.",
    ),
  ),
  set(
    disk,
    "threshold",
    1,
    notCaught("The threshold follows from the storage and the stage's config, alerts.diskPercent."),
  ),
  remove(disk, "cloudwatch-essential-alarms"),
  remove(the(metricAlarm, "database-cpu"), "cloudwatch-essential-alarms"),
  remove(the(metricAlarm, "database-connections"), "cloudwatch-essential-alarms"),
  remove(the(metricAlarm, "database-memory"), "cloudwatch-essential-alarms"),
  set(disk, "dimensions.DBInstanceIdentifier", "other", "cloudwatch-essential-alarms"),
  remove(the(metricAlarm, "rollback-not-started"), "rollback-is-watched"),
  remove(the(metricAlarm, "rollback-check-not-started"), "rollback-is-watched"),
  remove(the(metricAlarm, "rollback-failed"), "rollback-is-watched"),
  remove(the(metricAlarm, "rollback-timed-out"), "rollback-is-watched"),
  remove(the(metricAlarm, "rollback-aborted"), "rollback-is-watched"),
  remove(the(metricAlarm, "rollback-asleep"), "rollback-is-watched"),
  set(the(metricAlarm, "rollback-asleep"), "treatMissingData", "notBreaching", "rollback-is-watched"),
  set(the(metricAlarm, "rollback-failed"), "dimensions.StateMachineArn", "arn:other", "rollback-is-watched"),
  remove(the(metricAlarm, "balancer-5xx"), "cloudwatch-essential-alarms"),
  remove(the(metricAlarm, "blue-memory"), "cloudwatch-essential-alarms"),
  set(the(metricAlarm, "green-memory"), "dimensions.ServiceName", "other", "cloudwatch-essential-alarms"),
  remove(the(metricAlarm, "blue-database-connection-failures"), "cloudwatch-essential-alarms"),
];

export const noticeMutations: readonly Mutation[] = [
  remove(alerts, "cloudwatch-alarm-tells-people"),
  remove(
    the(topicSubscription, "alerts-engineering@celebrant-portal.com"),
    notCaught("Who is told is the stage's config, and one address is enough to be told."),
    production,
  ),
  remove(the(topicSubscription, "alerts-engineering@celebrant-portal.com"), "sns-reaches-people", ["staging"]),
  set(the(topicSubscription, "alerts-engineering@celebrant-portal.com"), "topic", otherTopic, "sns-reaches-people", [
    "staging",
  ]),
  set(the(topicSubscription, "alerts-engineering@celebrant-portal.com"), "protocol", "http", "sns-reaches-people"),
  set(
    the(topicSubscription, "alerts-engineering@celebrant-portal.com"),
    "filterPolicy",
    '{"severity":["none"]}',
    "sns-reaches-people",
  ),
  remove(instanceEvents, "rds-events-told"),
  remove(the(databaseEventSubscription, "parameter-group-events"), "rds-events-told"),
  remove(the(databaseEventSubscription, "security-group-events"), "rds-events-told"),
  set(instanceEvents, "enabled", false, "rds-events-told"),
  set(instanceEvents, "snsTopic", otherTopic, "rds-events-told"),
  set(instanceEvents, "eventCategories", ["maintenance"], "rds-events-told"),
  set(instanceEvents, "sourceIds", ["other"], "rds-events-told"),
  remove(the(eventRule, "failed-backups"), "backup-failures-told", production),
  set(the(eventRule, "failed-backups"), "state", "DISABLED", "backup-failures-told", production),
  set(the(eventRule, "failed-backups"), "eventPattern.detail.state", ["COMPLETED"], "backup-failures-told", production),
  remove(the(eventTarget, "failed-backups"), "backup-failures-told", production),
  set(the(eventTarget, "failed-backups"), "arn", otherTopic, "backup-failures-told", production),
];

export const logMutations: readonly Mutation[] = [
  unset(the(logGroup, "api-blue"), "retentionInDays", "logs-retention"),
  set(the(logGroup, "api-green"), "retentionInDays", 0, "logs-retention"),
  set(the(logGroup, "flow-logs"), "retentionInDays", 1, "logs-kept-long-enough", production),
  set(the(logGroup, "web-acl"), "retentionInDays", 7, "logs-kept-long-enough", production),
  unset(the(logGroup, "log-postgresql"), "retentionInDays", "logs-retention"),
  remove(the(logGroup, "rollback"), "logs-destination-exists"),
  remove(the(logGroup, "log-postgresql"), "logs-destination-exists"),
  remove(the(flowLog, "flow-logs"), "ec2-flow-logs"),
  set(the(flowLog, "flow-logs"), "trafficType", "ACCEPT", "logs-flow-of-all-traffic"),
  set(the(flowLog, "flow-logs"), "vpcId", "vpc-1", "ec2-flow-logs"),
  remove(the(logMetricFilter, "green-DatabaseConnectionFailures"), wordsAreAContract),
  remove(the(dashboard, ""), notCaught("A dashboard shows what the alarms watch, and guards nothing.")),
];
