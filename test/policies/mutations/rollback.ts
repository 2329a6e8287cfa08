/** Mutations of the automatic rollback: what starts it, what it does, and what keeps it rolled back. */
import {
  compositeAlarm,
  eventRule,
  eventTarget,
  metricAlarm,
  parameter,
  queue,
  queuePolicy,
  rolePolicy,
  stateMachine,
} from "../../../policies/kinds.ts";
import {
  append,
  everyPlan,
  type Mutation,
  notCaught,
  outputOf,
  type PlanName,
  promoted,
  remove,
  replaceText,
  set,
  setOption,
  the,
  unset,
} from "./mutation.ts";

const alarmRule = the(eventRule, "candidate-alarm");
const alarmTarget = the(eventTarget, "candidate-alarm");
const checkRule = the(eventRule, "rollback-check");
const checkTarget = the(eventTarget, "rollback-check");
const machine = the(stateMachine, "rollback");
const undelivered = the(queue, "candidate-alarm-undelivered");
const undeliveredPolicy = the(queuePolicy, "candidate-alarm-undelivered");
const latch = the(parameter, "latch");
const address = the(parameter, "rollback-address");
const rights = the(rolePolicy, "rollback");
const startRights = the(rolePolicy, "rollback-start");
const blueUnfit = the(compositeAlarm, "blue-unfit");
const greenUnfit = the(compositeAlarm, "green-unfit");

const blueLive: readonly PlanName[] = ["production", "staging", "production at 25 %"];
const states = "definition.States";

export const alarmStartsRollbackMutations: readonly Mutation[] = [
  remove(alarmRule, "rollback-alarm-of-the-candidate", everyPlan),
  set(alarmRule, "state", "DISABLED", "rollback-alarm-of-the-candidate", everyPlan),
  set(alarmRule, "isEnabled", false, "rollback-alarm-of-the-candidate"),
  set(alarmRule, "eventPattern.resources[0]", outputOf(blueUnfit), "rollback-alarm-of-the-candidate", blueLive),
  set(alarmRule, "eventPattern.resources[0]", outputOf(greenUnfit), "rollback-alarm-of-the-candidate", promoted),
  unset(alarmRule, "eventPattern.resources", "rollback-alarm-of-the-candidate"),
  set(alarmRule, "eventPattern.detail.state.value", ["OK"], "rollback-alarm-of-the-candidate"),
  append(alarmRule, "eventPattern.detail.state.value", "INSUFFICIENT_DATA", "rollback-alarm-of-the-candidate"),
  set(
    alarmRule,
    "eventPattern.detail.previousState",
    { value: ["INSUFFICIENT_DATA"] },
    "rollback-alarm-of-the-candidate",
  ),
  set(alarmRule, "eventPattern.source", ["aws.ec2"], "rollback-alarm-of-the-candidate"),
  set(
    alarmRule,
    "eventPattern.detail-type",
    ["CloudWatch Alarm Configuration Change"],
    "rollback-alarm-of-the-candidate",
  ),
  set(alarmRule, "eventBusName", "other", "rollback-alarm-of-the-candidate"),
  set(
    alarmRule,
    "eventPattern.resources[0]",
    outputOf(the(metricAlarm, "green-weighted")),
    "rollback-alarm-of-the-candidate",
  ),
  remove(greenUnfit, "rollback-alarm-of-the-candidate", blueLive),
  remove(alarmTarget, "rollback-alarm-starts-machine", everyPlan),
  set(
    alarmTarget,
    "arn",
    "arn:aws:states:ap-southeast-2:123456789012:stateMachine:other",
    "rollback-alarm-starts-machine",
  ),
  set(alarmTarget, "rule", "other", "rollback-alarm-starts-machine"),
  set(
    alarmTarget,
    "inputTransformer.inputTemplate",
    '{"candidate":"blue"}',
    "rollback-alarm-starts-machine",
    everyPlan,
  ),
  set(alarmTarget, "inputTransformer.inputTemplate", '{"check":true}', "rollback-alarm-starts-machine"),
  set(alarmTarget, "inputTransformer.inputPaths.alarmName", "$.detail.state.reason", "rollback-alarm-starts-machine"),
  unset(alarmTarget, "inputTransformer", "rollback-alarm-starts-machine"),
  set(alarmTarget, "retryPolicy.maximumRetryAttempts", 0, "rollback-alarm-starts-machine"),
  unset(alarmTarget, "deadLetterConfig", "rollback-undelivered-is-kept", everyPlan),
  set(
    alarmTarget,
    "deadLetterConfig.arn",
    "arn:aws:sqs:ap-southeast-2:123456789012:other",
    "rollback-undelivered-is-kept",
  ),
  remove(undelivered, "rollback-undelivered-is-kept", everyPlan),
  remove(undeliveredPolicy, "rollback-undelivered-may-be-sent"),
  set(undeliveredPolicy, "policy.Statement[0].Effect", "Deny", "rollback-undelivered-may-be-sent"),
  set(undeliveredPolicy, "policy.Statement[0].Action", "sqs:ReceiveMessage", "rollback-undelivered-may-be-sent"),
  set(undelivered, "messageRetentionSeconds", 60, "rollback-undelivered-is-kept"),
  remove(the(metricAlarm, "rollback-undelivered"), "rollback-is-watched"),
];

export const minuteCheckMutations: readonly Mutation[] = [
  remove(checkRule, "rollback-check-each-minute", everyPlan),
  set(checkRule, "state", "DISABLED", "rollback-check-each-minute", everyPlan),
  set(checkRule, "scheduleExpression", "rate(1 hour)", "rollback-check-each-minute"),
  remove(checkTarget, "rollback-check-each-minute"),
  set(checkTarget, "input.check", false, "rollback-check-each-minute"),
  unset(checkTarget, "input", "rollback-check-each-minute"),
  set(
    checkTarget,
    "arn",
    "arn:aws:states:ap-southeast-2:123456789012:stateMachine:other",
    "rollback-check-each-minute",
  ),
];

export const machineMutations: readonly Mutation[] = [
  remove(machine, "rollback-alarm-starts-machine", everyPlan),
  set(
    machine,
    `${states}.GreenIsCandidate-PublicRuleFirst-BlueFirst.Parameters.weights`,
    { blue: 0, green: 100 },
    "rollback-machine-returns-to-live",
    everyPlan,
  ),
  set(
    machine,
    `${states}.BlueIsCandidate-PublicRuleSecond-GreenFirst.Parameters.weights`,
    { blue: 50, green: 50 },
    "rollback-machine-returns-to-live",
  ),
  set(
    machine,
    `${states}.GreenIsCandidate-PublicRuleFirst-BlueFirst.Parameters.candidate`,
    "blue",
    "rollback-machine-returns-to-live",
  ),
  set(
    machine,
    `${states}.GreenIsCandidate-PublicRuleFirst-BlueFirst.Parameters.live`,
    "green",
    "rollback-machine-returns-to-live",
  ),
  set(
    machine,
    `${states}.BlueIsCandidate-PublicRuleFirst-BlueFirst.Parameters.receiverArn`,
    "arn:other",
    "rollback-machine-returns-to-live",
  ),
  set(
    machine,
    `${states}.GreenIsCandidate-PublicRuleFirst-BlueFirst.Parameters.alarmName`,
    "portal-production-blue-unfit",
    "rollback-machine-returns-to-live",
    ["production"],
  ),
  set(
    machine,
    `${states}.ReturnTraffic.Parameters.Actions[0].ForwardConfig.TargetGroups[0][Weight.$]`,
    "x",
    "rollback-machine-returns-to-live",
  ),
  set(machine, `${states}.ReturnTraffic.Parameters.RuleArn`, "arn:other", "rollback-machine-returns-to-live"),
  unset(machine, `${states}.ReturnTraffic`, "rollback-machine-returns-to-live"),
  set(
    machine,
    `${states}.ReturnTraffic.Resource`,
    "arn:aws:states:::aws-sdk:elasticloadbalancingv2:describeRules",
    "rollback-machine-returns-to-live",
  ),
  set(machine, `${states}.ReadRules.Parameters.RuleArns`, ["arn:other"], "rollback-machine-returns-to-live"),
  set(
    machine,
    `${states}.SetLatch.Parameters.Name`,
    "/celebrant-portal/production/rollout/other",
    "rollback-machine-sets-latch",
  ),
  unset(machine, `${states}.SetLatch`, "rollback-machine-sets-latch"),
  set(machine, `${states}.SetLatch.Parameters.Overwrite`, false, "rollback-machine-sets-latch"),
  unset(machine, `${states}.TellRolledBack.Parameters.TopicArn`, "rollback-machine-tells-people"),
  set(
    machine,
    `${states}.TellTrafficStuck.Parameters.TopicArn`,
    "arn:aws:sns:ap-southeast-2:210987654321:other",
    "rollback-machine-tells-people",
  ),
  set(machine, "type", "EXPRESS", "rollback-machine-returns-to-live"),
  set(
    machine,
    `${states}.WhoIsLive.Choices[0].Next`,
    "GreenIsCandidate-PublicRuleFirst-BlueFirst",
    "rollback-machine-returns-to-live",
    everyPlan,
  ),
  set(machine, `${states}.WhoIsLive.Choices`, [], "rollback-machine-returns-to-live"),
  set(machine, "definition.StartAt", "Returned", "rollback-machine-returns-to-live"),
  set(machine, `${states}.TakeInput.Next`, "NothingOut", "rollback-machine-returns-to-live"),
  set(
    machine,
    `${states}.Judge.Default`,
    "ReturnTraffic",
    notCaught("Which path leads where is the machine's logic. The tests run the planned definition in every case."),
  ),
  set(machine, "loggingConfiguration.level", "OFF", "sfn-logging"),
  unset(machine, "loggingConfiguration", "sfn-logging"),
  unset(rights, "policy.Statement[ReturnTraffic]", "rollback-machine-may-act"),
  unset(rights, "policy.Statement[KeepLatch]", "rollback-machine-may-act"),
  unset(rights, "policy.Statement[TellPeople]", "rollback-machine-may-act"),
  set(rights, "policy.Statement[ReturnTraffic].Resource", ["arn:other"], "rollback-machine-may-act"),
  set(rights, "policy.Statement[ReturnTraffic].Effect", "Deny", "rollback-machine-may-act"),
  remove(rights, "rollback-machine-may-act"),
  unset(rights, "policy.Statement[ReadAddress]", "rollback-machine-may-call"),
  unset(rights, "policy.Statement[PublishWeights]", "rollback-machine-may-call"),
  unset(rights, "policy.Statement[LookAtRulesTargetsAndAlarm]", "rollback-machine-may-call"),
  set(rights, "policy.Statement[ReadAddress].Resource", ["arn:other"], "rollback-machine-may-call"),
  set(
    rights,
    "policy.Statement[LookAtRulesTargetsAndAlarm].Action",
    ["elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTargetHealth", "cloudwatch:DescribeAlarms"],
    "rollback-machine-may-call",
  ),
  remove(startRights, "rollback-machine-may-act"),
  set(startRights, "policy.Statement[0].Resource", ["arn:other"], "rollback-machine-may-act"),
];

/** A rule that refused a set latch would refuse the very update after a rollback. */
const onlyWhenCreated = notCaught(
  "Pulumi ignores the latch's value and type, so the plan's count once, when the stage is created.",
);

export const latchMutations: readonly Mutation[] = [
  setOption(latch, { ignoreChanges: [] }, "rollback-latch-is-kept", everyPlan),
  setOption(latch, { ignoreChanges: ["description", "tier", "type"] }, "rollback-latch-is-kept"),
  remove(latch, "rollback-latch-is-kept", everyPlan),
  set(latch, "name", "/celebrant-portal/latch", "rollback-latch-is-kept"),
  replaceText(latch, "value", ["clear", "set"], onlyWhenCreated),
  remove(address, "rollback-address-is-true", everyPlan),
  set(address, "value.liveColour", "green", "rollback-address-is-true", blueLive),
  set(address, "value.liveColour", "blue", "rollback-address-is-true", promoted),
  set(address, "value.publicRuleArn", "arn:other", "rollback-address-is-true"),
  set(address, "value.targetGroupArns.blue", "arn:other", "rollback-address-is-true"),
  set(address, "value.stateMachineArn", "arn:other", "rollback-address-is-true"),
  set(address, "value.alertTopicArn", "arn:other", "rollback-address-is-true"),
  set(address, "value.compositeAlarmNames.green", "portal-production-blue-unfit", "rollback-address-is-true"),
  unset(address, "value.version", "rollback-address-is-true"),
  setOption(address, { ignoreChanges: ["value"] }, "rollback-address-is-true"),
];
