import type { Role } from "@pulumi/aws/iam/role.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { createEcsRole } from "./ecs-role.ts";

/** What Fargate needs to start a task of the API. */
export interface ExecutionRoleArgs {
  readonly repositoryArn: pulumi.Input<string>;
  readonly logGroupArns: readonly pulumi.Input<string>[];
  readonly secretArns: readonly pulumi.Input<string>[];
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * The role that Fargate itself takes to pull the image, read the secrets and write the logs. The containers never have
 * it. In place of the managed `AmazonECSTaskExecutionRolePolicy`, which opens every repository and log group.
 */
export function createExecutionRole(name: string, args: ExecutionRoleArgs, parent: pulumi.Resource): Role {
  return createEcsRole(
    `${name}-execution`,
    {
      description: "Starts API tasks: pulls the image, reads the secrets, writes the logs",
      statements: [
        // The action knows no resource (Service Authorization Reference, "Amazon Elastic Container Registry").
        { sid: "SignInToRegistry", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
        {
          sid: "PullImage",
          actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          resources: [args.repositoryArn],
        },
        {
          sid: "WriteLogs",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: args.logGroupArns.map((logGroupArn) => pulumi.interpolate`${logGroupArn}:log-stream:*`),
        },
        { sid: "ReadSecrets", actions: ["secretsmanager:GetSecretValue"], resources: args.secretArns },
      ],
      region: args.region,
      accountId: args.accountId,
      tags: args.tags,
    },
    parent,
  );
}
