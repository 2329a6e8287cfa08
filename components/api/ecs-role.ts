import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { type AllowStatement, policyDocument } from "./policy-document.ts";

/** What a role of ECS tasks is made from. */
export interface EcsRoleArgs {
  readonly description: string;
  readonly statements: readonly AllowStatement[];
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * A role that ECS tasks of this account and region may take, with one inline policy.
 *
 * The conditions keep another account's tasks from using it through ECS (ECS developer guide, "Amazon ECS task IAM
 * role", confused deputy). The tasks cannot be named more closely: their ARNs are known only once they run.
 */
export function createEcsRole(logicalName: string, args: EcsRoleArgs, parent: pulumi.Resource): Role {
  const role = new Role(
    logicalName,
    {
      description: args.description,
      assumeRolePolicy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "sts:AssumeRole",
            Principal: { Service: "ecs-tasks.amazonaws.com" },
            Condition: {
              StringEquals: { "aws:SourceAccount": args.accountId },
              ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:aws:ecs:${args.region}:${args.accountId}:*` },
            },
          },
        ],
      }),
      tags: { ...args.tags, Name: logicalName },
    },
    { parent },
  );
  new RolePolicy(logicalName, { role: role.name, policy: policyDocument(args.statements) }, { parent });
  return role;
}
