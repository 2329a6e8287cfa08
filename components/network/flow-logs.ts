import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { FlowLog } from "@pulumi/aws/ec2/flowLog.js";
import type { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import { type AllowStatement, createServiceRole } from "../iam.ts";
import { child, type Scope } from "../scope.ts";

/** Where the logs come from and how long they are kept. */
export interface FlowLogArgs {
  readonly vpc: Vpc;
  readonly region: string;
  readonly retentionDays: number;
}

/** Logs every accepted and rejected flow of the VPC to CloudWatch (AWS FSBP EC2.6, guide M4). */
export function createFlowLogs(scope: Scope, args: FlowLogArgs): void {
  const { vpc, region, retentionDays } = args;
  const { logicalName, tags, opts } = child(scope, "flow-logs");
  const logGroup = new LogGroup(
    logicalName,
    { name: `/vpc/${scope.name}/flow-logs`, retentionInDays: retentionDays, tags },
    opts,
  );
  // Only flow logs of this account may assume the role (AWS "IAM role for publishing flow logs to CloudWatch Logs").
  const { role, policy } = createServiceRole(scope, {
    what: "flow-logs",
    description: "Lets VPC flow logs write to their log group",
    service: "vpc-flow-logs.amazonaws.com",
    accountId: vpc.ownerId,
    sourceArn: pulumi.interpolate`arn:aws:ec2:${region}:${vpc.ownerId}:vpc-flow-log/*`,
    statements: writeStatements(args, logGroup.arn),
  });
  new FlowLog(
    logicalName,
    {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      tags,
    },
    // A flow log that is created before its permissions shows "Access error" and drops its first records.
    { ...opts, dependsOn: policy },
  );
}

/**
 * The documented permissions on this log group. `CreateLogGroup` is left out, because the group exists.
 * `DescribeLogGroups` cannot be limited to one group.
 */
function writeStatements({ vpc, region }: FlowLogArgs, logGroupArn: pulumi.Output<string>): readonly AllowStatement[] {
  return [
    {
      sid: "WriteThisGroup",
      actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      resources: [logGroupArn, pulumi.interpolate`${logGroupArn}:*`],
    },
    {
      sid: "FindTheGroup",
      actions: ["logs:DescribeLogGroups"],
      resources: [pulumi.interpolate`arn:aws:logs:${region}:${vpc.ownerId}:log-group:*`],
    },
  ];
}
