import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { StateMachine } from "@pulumi/aws/sfn/stateMachine.js";
import type { Parameter } from "@pulumi/aws/ssm/parameter.js";
import * as pulumi from "@pulumi/pulumi";
import { limitReason } from "../../rollout/rollback-machine.ts";
import { type AllowStatement, createServiceRole } from "../iam.ts";
import { child, type Scope } from "../scope.ts";
import { groupStickiness } from "../traffic/rules.ts";
import { buildRollbackDefinition } from "./definition.ts";
import { createFrontendConnection, type FrontendConnection } from "./frontend-connection.ts";
import type { LimitAlarm } from "./limit-alarms.ts";
import type { RollbackArgs } from "./rollback-args.ts";

/** Days that the machine's logs are kept. Executions are the evidence of a rollback; Step Functions keeps them for 90 days. */
const logRetentionDays = 365;

type MachineArgs = RollbackArgs & {
  readonly latch: Parameter;
  /** The limits at which traffic goes back. */
  readonly returningLimits: readonly LimitAlarm[];
};

/**
 * Creates the machine, its log group and its role.
 *
 * It is a standard machine and not an express one. Its executions run exactly once, can be asked for their result, and keep
 * the history of each call. For a rollback that is worth the few dollars a month that a check each minute costs.
 *
 * Logging and tracing are on (AWS FSBP StepFunctions.1).
 */
export function createStateMachine(scope: Scope, args: MachineArgs): StateMachine {
  const { logicalName, tags, opts } = child(scope, "rollback");
  const logGroup = new LogGroup(
    logicalName,
    // Groups under this prefix take no room in the account's log resource policy, which has little.
    { name: `/aws/vendedlogs/states/${logicalName}`, retentionInDays: logRetentionDays, tags },
    opts,
  );
  const connection = args.frontend && createFrontendConnection(scope, { ...args, frontend: args.frontend });
  const { role, policy } = createServiceRole(scope, {
    what: "rollback",
    description: "Lets the rollback's state machine return the traffic, set the latch and tell people",
    service: "states.amazonaws.com",
    sourceArn: pulumi.interpolate`arn:aws:states:${args.region}:${args.accountId}:stateMachine:*`,
    accountId: args.accountId,
    statements: [...rollbackPermissions(args), ...(connection?.statements ?? []), ...watchPermissions],
  });
  return new StateMachine(
    logicalName,
    {
      type: "STANDARD",
      definition: definitionText(args, connection),
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
    { ...opts, dependsOn: policy },
  );
}

function definitionText(args: MachineArgs, connection: FrontendConnection | undefined): pulumi.Output<string> {
  const { blue, green } = args.compositeAlarms;
  const { frontend } = args;
  return pulumi
    .output({
      publicRuleArn: args.publicRuleArn,
      candidateRuleArn: args.candidateRuleArn,
      targetGroupArns: { blue: args.targetGroupArns.blue, green: args.targetGroupArns.green },
      ownHostTargetGroupArns: { blue: args.ownHostTargetGroupArns.blue, green: args.ownHostTargetGroupArns.green },
      alarmNames: { blue: blue.name, green: green.name },
      limits: args.returningLimits.map(({ step, alarm }) => ({
        weightPercent: step.weightPercent,
        alarmName: alarm.name,
        reason: limitReason(step),
      })),
      stickiness: groupStickiness,
      rollbackTest: args.rollbackTest,
      loadBalancerArnSuffix: args.loadBalancerArnSuffix,
      addressParameterName: args.addressParameterName,
      latchParameterName: args.latch.name,
      alertTopicArn: args.alertTopicArn,
      metricNamespace: args.metricNamespace,
      frontend:
        frontend === undefined || connection === undefined
          ? undefined
          : {
              connectionArn: connection.connectionArn,
              projectId: frontend.projectId,
              teamId: frontend.teamId,
              parameterName: frontend.parameterName,
            },
    })
    .apply((options) => JSON.stringify(buildRollbackDefinition(options)));
}

function rollbackPermissions(args: MachineArgs): readonly AllowStatement[] {
  return [
    { sid: "ReturnTraffic", actions: ["elasticloadbalancing:ModifyRule"], resources: [args.publicRuleArn] },
    { sid: "KeepLatch", actions: ["ssm:GetParameter", "ssm:PutParameter"], resources: [args.latch.arn] },
    {
      // The address names the machine, so that its ARN is not known here.
      sid: "ReadAddress",
      actions: ["ssm:GetParameter"],
      resources: [
        pulumi.interpolate`arn:aws:ssm:${args.region}:${args.accountId}:parameter${args.addressParameterName}`,
      ],
    },
    { sid: "TellPeople", actions: ["sns:Publish"], resources: [args.alertTopicArn] },
    {
      sid: "PublishWeights",
      actions: ["cloudwatch:PutMetricData"],
      resources: ["*"],
      conditions: { StringEquals: { "cloudwatch:namespace": args.metricNamespace } },
    },
    {
      // The load balancer's actions and GetMetricData take no resource. DescribeAlarms leaves composite alarms out unless it may see all
      // alarms (CloudWatch API Reference, "DescribeAlarms").
      sid: "LookAtRulesTargetsAndAlarm",
      actions: [
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetHealth",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
      ],
      resources: ["*"],
    },
  ];
}

/** As in the Step Functions Developer Guide, "Using CloudWatch Logs" and "X-Ray". None of the actions takes a resource. */
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
