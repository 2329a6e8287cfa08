import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope } from "./scope.ts";

/** One statement that allows something. */
export interface AllowStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly pulumi.Input<string>[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

/** The service that may assume a role, and for whom. */
interface ServiceTrust {
  /** The service, such as `states.amazonaws.com`. */
  readonly service: string;
  /** The account that the service must act for. */
  readonly accountId: pulumi.Input<string>;
  /** ARN pattern of the resource that the service must act for. Default: any resource of the account. */
  readonly sourceArn?: pulumi.Input<string>;
}

/** What every role is made from. */
interface RoleArgs extends ServiceTrust {
  /** Last part of the logical name. */
  readonly what: string;
  readonly description: string;
}

/** What a role with statements of its own is made from. */
export interface ServiceRoleArgs extends RoleArgs {
  readonly statements: readonly AllowStatement[];
}

/** A role and its one policy. Whatever needs the permissions must depend on both. */
export interface ServiceRole {
  readonly role: Role;
  readonly policy: RolePolicy;
}

/** Creates a role that one service of this account may assume, with one inline policy. */
export function createServiceRole(scope: Scope, args: ServiceRoleArgs): ServiceRole {
  const { logicalName, opts } = child(scope, args.what);
  const role = createRole(scope, args);
  const policy = new RolePolicy(logicalName, { role: role.name, policy: policyDocument(args.statements) }, opts);
  return { role, policy };
}

/** What a role with a policy of AWS is made from. */
export interface ManagedRoleArgs extends RoleArgs {
  /** ARN of the policy that AWS maintains. */
  readonly policyArn: string;
}

/**
 * Creates a role that one service of this account may assume, with one policy that AWS maintains.
 *
 * @returns the role's ARN, known once the policy is attached
 */
export function createManagedRole(scope: Scope, args: ManagedRoleArgs): pulumi.Output<string> {
  const { logicalName, opts } = child(scope, args.what);
  const role = createRole(scope, args);
  const attachment = new RolePolicyAttachment(logicalName, { role: role.name, policyArn: args.policyArn }, opts);
  return pulumi.all([role.arn, attachment.id]).apply(([roleArn]) => roleArn);
}

/** What a role without permissions is made from. */
export interface PowerlessRoleArgs extends Pick<RoleArgs, "what" | "description"> {
  /** A service of which AWS documents no source that it names when it assumes a role, such as `chatbot.amazonaws.com`. */
  readonly service: string;
}

/**
 * Creates a role that allows nothing, for a service that asks for one. Its trust has no condition, because one that the
 * service may not fulfil would lock it out. Nothing can be done with the role, for whomever the service acts.
 *
 * @returns the role's ARN
 */
export function createPowerlessRole(
  scope: Scope,
  { what, description, service }: PowerlessRoleArgs,
): pulumi.Output<string> {
  const { logicalName, tags, opts } = child(scope, what);
  const assumeRolePolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
  return new Role(logicalName, { description, assumeRolePolicy, tags }, opts).arn;
}

function createRole(scope: Scope, args: RoleArgs): Role {
  const { logicalName, tags, opts } = child(scope, args.what);
  return new Role(logicalName, { description: args.description, assumeRolePolicy: trustPolicy(args), tags }, opts);
}

/** A policy that allows the statements and nothing else. */
function policyDocument(statements: readonly AllowStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      Condition: conditions,
    })),
  });
}

/**
 * The trust policy of a role. Its conditions keep others from making the service use the role for them (IAM user guide,
 * "The confused deputy problem").
 */
function trustPolicy({ service, accountId, sourceArn }: ServiceTrust): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnLike: sourceArn === undefined ? undefined : { "aws:SourceArn": sourceArn },
        },
      },
    ],
  });
}
