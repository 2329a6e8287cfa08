import type { Role } from "@pulumi/aws/iam/role.js";
import * as pulumi from "@pulumi/pulumi";
import type { AllowStatement } from "../iam/policy-document.ts";
import type { Tags } from "../tags.ts";
import { createEcsRole } from "./ecs-role.ts";

/** Names of the PostgreSQL roles that tasks connect as. */
export interface DatabaseUserNames {
  /** The API and the seeding of staging. */
  readonly application: string;
  /** Migrations: owns the schema. */
  readonly migrator: string;
  /** Integrity checks: reads only. */
  readonly readOnly: string;
}

/** What the tasks of the API may reach. */
export interface TaskRolesArgs {
  readonly databaseResourceId: pulumi.Input<string>;
  readonly databaseUserNames: DatabaseUserNames;
  readonly bucketArn: pulumi.Input<string>;
  readonly mailIdentityArn: pulumi.Input<string>;
  readonly configurationSetName?: pulumi.Input<string>;
  readonly enableExecuteCommand: boolean;
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/** The roles that containers have at run time, one for each way of reaching the database. */
export interface TaskRoles {
  readonly application: Role;
  readonly migrator: Role;
  readonly integrity: Role;
}

/** Creates the roles of the API's own containers and of its one-off tasks. */
export function createTaskRoles(name: string, args: TaskRolesArgs, parent: pulumi.Resource): TaskRoles {
  const create = (purpose: string, description: string, statements: readonly AllowStatement[]) =>
    createEcsRole(
      `${name}-${purpose}`,
      { description, statements, region: args.region, accountId: args.accountId, tags: args.tags },
      parent,
    );
  return {
    application: create("task", "The API at run time: uploads, mail and the database as the application", [
      connectToDatabase(args, args.databaseUserNames.application),
      useUploads(args),
      sendMail(args),
      ...(args.enableExecuteCommand ? [openCommandChannel] : []),
    ]),
    migrator: create("migrator", "Migrations: the database as the owner of the schema", [
      connectToDatabase(args, args.databaseUserNames.migrator),
    ]),
    integrity: create("integrity", "Integrity checks: the database as a reader", [
      connectToDatabase(args, args.databaseUserNames.readOnly),
    ]),
  };
}

/** RDS user guide, "Creating and using an IAM policy for IAM database access": one instance, one database user. */
function connectToDatabase(args: TaskRolesArgs, userName: string): AllowStatement {
  return {
    sid: "ConnectToDatabase",
    actions: ["rds-db:connect"],
    resources: [
      pulumi.interpolate`arn:aws:rds-db:${args.region}:${args.accountId}:dbuser:${args.databaseResourceId}/${userName}`,
    ],
  };
}

/** Objects by their key; the bucket's listing and settings stay closed. */
function useUploads({ bucketArn }: TaskRolesArgs): AllowStatement {
  return {
    sid: "UseUploads",
    actions: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    resources: [pulumi.interpolate`${bucketArn}/*`],
  };
}

/** SES checks both the identity and the configuration set that a message names. */
function sendMail(args: TaskRolesArgs): AllowStatement {
  const configurationSet =
    args.configurationSetName === undefined
      ? []
      : [
          pulumi.interpolate`arn:aws:ses:${args.region}:${args.accountId}:configuration-set/${args.configurationSetName}`,
        ];
  return {
    sid: "SendMail",
    actions: ["ses:SendEmail", "ses:SendRawEmail"],
    resources: [args.mailIdentityArn, ...configurationSet],
  };
}

/** ECS developer guide, "Amazon ECS task IAM role", ECS Exec permissions; these actions know no resource. */
const openCommandChannel: AllowStatement = {
  sid: "OpenCommandChannel",
  actions: [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  resources: ["*"],
};
