import type { Role } from "@pulumi/aws/iam/role.js";
import * as pulumi from "@pulumi/pulumi";
import type { AllowStatement } from "../iam/policy-document.ts";
import { createServiceRole } from "../iam/service-role.ts";
import type { Tags } from "../tags.ts";

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
 * The tasks cannot be named more closely: their ARNs are known only once they run (ECS developer guide, "Amazon ECS task
 * IAM role", confused deputy).
 */
export function createEcsRole(logicalName: string, args: EcsRoleArgs, parent: pulumi.Resource): Role {
  const service = "ecs-tasks.amazonaws.com";
  const sourceArn = pulumi.interpolate`arn:aws:ecs:${args.region}:${args.accountId}:*`;
  return createServiceRole(logicalName, { ...args, service, sourceArn }, parent).role;
}
