import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { FlowLog } from "@pulumi/aws/ec2/flowLog.js";
import type { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../iam/policy-document.ts";
import { serviceTrust } from "../iam/service-trust.ts";
import type { NetworkScope } from "./scope.ts";

/** Where the logs come from and how long they are kept. */
export interface FlowLogArgs {
  readonly vpc: Vpc;
  readonly region: string;
  readonly retentionDays: number;
}

/** Logs every accepted and rejected flow of the VPC to CloudWatch (AWS FSBP EC2.6, guide M4). */
export function createFlowLogs(scope: NetworkScope, args: FlowLogArgs): void {
  const { parent } = scope;
  const logicalName = `${scope.name}-flow-logs`;
  const tags = { ...scope.tags, Name: logicalName };
  const logGroup = new LogGroup(
    logicalName,
    { name: `/vpc/${scope.name}/flow-logs`, retentionInDays: args.retentionDays, tags },
    { parent },
  );
  const role = new Role(
    logicalName,
    {
      description: "Lets VPC flow logs write to their log group",
      assumeRolePolicy: trustPolicy(args),
      tags,
    },
    { parent },
  );
  const permissions = new RolePolicy(
    logicalName,
    { role: role.name, policy: writePolicy(args, logGroup.arn) },
    { parent },
  );
  new FlowLog(
    logicalName,
    {
      vpcId: args.vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      tags,
    },
    // A flow log that is created before its permissions shows "Access error" and drops its first records.
    { parent, dependsOn: permissions },
  );
}

/** Only flow logs of this account may assume the role (AWS "IAM role for publishing flow logs to CloudWatch Logs"). */
function trustPolicy({ vpc, region }: FlowLogArgs): pulumi.Output<string> {
  return serviceTrust({
    service: "vpc-flow-logs.amazonaws.com",
    accountId: vpc.ownerId,
    sourceArn: pulumi.interpolate`arn:aws:ec2:${region}:${vpc.ownerId}:vpc-flow-log/*`,
  });
}

/**
 * The documented permissions, without `CreateLogGroup`, since the group exists, and on that group. `DescribeLogGroups`
 * answers a list and takes no single group.
 */
function writePolicy({ vpc, region }: FlowLogArgs, logGroupArn: pulumi.Output<string>): pulumi.Output<string> {
  return policyDocument([
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
  ]);
}
