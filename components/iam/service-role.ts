import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { type AllowStatement, policyDocument } from "./policy-document.ts";
import { type ServiceTrust, serviceTrust } from "./service-trust.ts";

/** What a role that a service works with is made from. */
export interface ServiceRoleArgs extends ServiceTrust {
  readonly description: string;
  readonly statements: readonly AllowStatement[];
  readonly tags: Tags;
}

/** A role together with its one policy; what needs the permissions to exist depends on both. */
export interface ServiceRole {
  readonly role: Role;
  readonly policy: RolePolicy;
}

/** A role that one service of this account may take, with one inline policy. */
export function createServiceRole(logicalName: string, args: ServiceRoleArgs, parent: pulumi.Resource): ServiceRole {
  const role = new Role(
    logicalName,
    {
      description: args.description,
      assumeRolePolicy: serviceTrust(args),
      tags: { ...args.tags, Name: logicalName },
    },
    { parent },
  );
  const policy = new RolePolicy(logicalName, { role: role.name, policy: policyDocument(args.statements) }, { parent });
  return { role, policy };
}
