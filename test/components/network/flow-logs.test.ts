import { beforeAll, describe, expect, it } from "vitest";
import type { PlannedProgram } from "../../support/plan-component.ts";
import { planNetwork, productionArgs, stagingArgs } from "./plan-network.ts";

let plan: PlannedProgram;
beforeAll(async () => {
  plan = await planNetwork(productionArgs);
});

const groupArn = "arn:aws:logs:ap-southeast-2:123456789012:log-group:/vpc/portal-production/flow-logs";

describe("flow logs", () => {
  it("take every flow of the VPC to a log group with a retention (FSBP EC2.6)", async () => {
    expect(plan.only("aws:ec2/flowLog:FlowLog").inputs).toMatchObject({
      vpcId: plan.only("aws:ec2/vpc:Vpc").id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: groupArn,
      iamRoleArn: plan.only("aws:iam/role:Role").outputs["arn"],
    });
    expect(plan.only("aws:cloudwatch/logGroup:LogGroup").inputs["retentionInDays"]).toBe(90);
    const staging = await planNetwork(stagingArgs);
    expect(staging.only("aws:cloudwatch/logGroup:LogGroup").inputs["retentionInDays"]).toBe(14);
  });

  it("are written by a role that only flow logs of this account may assume", () => {
    expect(JSON.parse(String(plan.only("aws:iam/role:Role").inputs["assumeRolePolicy"])).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:ec2:ap-southeast-2:123456789012:vpc-flow-log/*" },
        },
      },
    ]);
  });

  it("and that may write to this group only", () => {
    const permissions = plan.only("aws:iam/rolePolicy:RolePolicy");
    expect(permissions.inputs["role"]).toBe(plan.only("aws:iam/role:Role").outputs["name"]);
    expect(JSON.parse(String(permissions.inputs["policy"])).Statement).toEqual([
      {
        Sid: "WriteThisGroup",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: [groupArn, `${groupArn}:*`],
      },
      {
        Sid: "FindTheGroup",
        Effect: "Allow",
        Action: ["logs:DescribeLogGroups"],
        Resource: ["arn:aws:logs:ap-southeast-2:123456789012:log-group:*"],
      },
    ]);
  });
});
