import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** One thing that a role may do. */
export interface Permission {
  readonly sid: string;
  readonly actions: readonly string[];
  /** ARNs; `*` only where the action knows no resources. */
  readonly resources: readonly pulumi.Input<string>[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

/** What a role that a service works with is made from. */
export interface ServiceRoleArgs {
  readonly description: string;
  /** The service, such as `states.amazonaws.com`. */
  readonly service: string;
  /** ARN pattern of what the service may use the role for, against the confused deputy. */
  readonly sourceArn: pulumi.Input<string>;
  readonly accountId: pulumi.Input<string>;
  readonly permissions: readonly Permission[];
  readonly tags: Tags;
}

/** A role together with its one policy; what needs the permissions to exist depends on both. */
export interface ServiceRole {
  readonly role: Role;
  readonly policy: RolePolicy;
}

/** A role that one service of this account may take, for sources of one pattern only, with one inline policy. */
export function createServiceRole(logicalName: string, args: ServiceRoleArgs, parent: pulumi.Resource): ServiceRole {
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
            Principal: { Service: args.service },
            Condition: {
              StringEquals: { "aws:SourceAccount": args.accountId },
              ArnLike: { "aws:SourceArn": args.sourceArn },
            },
          },
        ],
      }),
      tags: { ...args.tags, Name: logicalName },
    },
    { parent },
  );
  const policy = new RolePolicy(
    logicalName,
    {
      role: role.name,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: args.permissions.map(({ sid, actions, resources, condition }) => ({
          Sid: sid,
          Effect: "Allow",
          Action: actions,
          Resource: resources,
          ...(condition === undefined ? {} : { Condition: condition }),
        })),
      }),
    },
    { parent },
  );
  return { role, policy };
}
