import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { StateMachine } from "@pulumi/aws/sfn/stateMachine.js";
import type { Parameter } from "@pulumi/aws/ssm/parameter.js";
import * as pulumi from "@pulumi/pulumi";
import type { AllowStatement } from "../iam/policy-document.ts";
import { createServiceRole, type ServiceRole } from "../iam/service-role.ts";
import { groupStickiness } from "../traffic/rules.ts";
import { buildRollbackDefinition } from "./definition.ts";
import type { RollbackArgs } from "./rollback-args.ts";

/** Days that the machine's logs are kept. Its executions are the evidence of a rollback; Step Functions keeps them for 90. */
const logRetentionDays = 365;

/**
 * The machine, its log group and its role.
 *
 * A standard machine and no express one: its executions run exactly once, can be asked for their result, and keep the
 * history of each call, which for a rollback is worth more than the few dollars a month that a check each minute costs.
 *
 * Logging and tracing are on (AWS FSBP StepFunctions.1).
 */
export function createStateMachine(
  name: string,
  args: RollbackArgs,
  latch: Parameter,
  parent: pulumi.Resource,
): StateMachine {
  const logicalName = `${name}-rollback`;
  const tags = { ...args.tags, Name: logicalName };
  const logGroup = new LogGroup(
    logicalName,
    // Groups under this prefix need no room in the account's log resource policy, which is short of it.
    { name: `/aws/vendedlogs/states/${logicalName}`, retentionInDays: logRetentionDays, tags },
    { parent },
  );
  const { role, policy } = createMachineRole(logicalName, args, latch, parent);
  return new StateMachine(
    logicalName,
    {
      type: "STANDARD",
      definition: planDefinition(args, latch),
      roleArn: role.arn,
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: true,
        logDestination: pulumi.interpolate`${logGroup.arn}:*`,
      },
      tracingConfiguration: { enabled: true },
      tags,
    },
    // Step Functions tries the role's access to the log group when it creates the machine.
    { parent, dependsOn: policy },
  );
}

function planDefinition(args: RollbackArgs, latch: Parameter): pulumi.Output<string> {
  const { blue, green } = args.compositeAlarms;
  return pulumi
    .output({
      publicRuleArn: args.publicRuleArn,
      candidateRuleArn: args.candidateRuleArn,
      targetGroupArns: { blue: args.targetGroupArns.blue, green: args.targetGroupArns.green },
      alarmNames: { blue: blue.name, green: green.name },
      latchParameterName: latch.name,
      alertTopicArn: args.alertTopicArn,
    })
    .apply((options) =>
      JSON.stringify(
        buildRollbackDefinition({
          ...options,
          stickiness: { enabled: groupStickiness.enabled, durationSeconds: groupStickiness.duration },
          metricNamespace: args.metricNamespace,
        }),
      ),
    );
}

function createMachineRole(
  logicalName: string,
  args: RollbackArgs,
  latch: Parameter,
  parent: pulumi.Resource,
): ServiceRole {
  return createServiceRole(
    logicalName,
    {
      description: "Lets the rollback's state machine return the traffic, set the latch and tell people",
      service: "states.amazonaws.com",
      sourceArn: pulumi.interpolate`arn:aws:states:${args.region}:${args.accountId}:stateMachine:*`,
      accountId: args.accountId,
      statements: [...rollbackPermissions(args, latch), ...watchPermissions],
      tags: args.tags,
    },
    parent,
  );
}

function rollbackPermissions(args: RollbackArgs, latch: Parameter): readonly AllowStatement[] {
  return [
    { sid: "ReturnTraffic", actions: ["elasticloadbalancing:ModifyRule"], resources: [args.publicRuleArn] },
    { sid: "KeepLatch", actions: ["ssm:GetParameter", "ssm:PutParameter"], resources: [latch.arn] },
    { sid: "TellPeople", actions: ["sns:Publish"], resources: [args.alertTopicArn] },
    {
      sid: "PublishWeights",
      actions: ["cloudwatch:PutMetricData"],
      resources: ["*"],
      conditions: { StringEquals: { "cloudwatch:namespace": args.metricNamespace } },
    },
    {
      // None takes a resource: those of the load balancer know none, DescribeAlarms leaves out composite alarms unless it
      // may see all (CloudWatch API Reference, "DescribeAlarms").
      sid: "LookAtRulesTargetsAndAlarm",
      actions: [
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetHealth",
        "cloudwatch:DescribeAlarms",
      ],
      resources: ["*"],
    },
  ];
}

/** As the Step Functions Developer Guide has them under "Using CloudWatch Logs" and "X-Ray"; none takes a resource. */
const watchPermissions: readonly AllowStatement[] = [
  {
    sid: "DeliverLogs",
    actions: [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    resources: ["*"],
  },
  {
    sid: "Trace",
    actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
    resources: ["*"],
  },
];
