import type { Role } from "@pulumi/aws/iam/role.js";
import * as pulumi from "@pulumi/pulumi";
import type { OneOffTask } from "../../rollout/one-off-tasks.ts";
import { type AllowStatement, createServiceRole } from "../iam.ts";
import type { Scope } from "../scope.ts";
import type { ApiTask } from "./names.ts";

/** Where the tasks run. */
interface RoleLocation {
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
}

/** ARNs of the secrets that each task starts with. A task that is not named does not exist in this stage. */
type SecretArnsByTask = Readonly<Record<Exclude<ApiTask, "seed">, readonly pulumi.Input<string>[]>> & {
  readonly seed?: readonly pulumi.Input<string>[];
};

/** What Fargate needs to start the tasks of the API's image. */
export interface ExecutionRolesArgs extends RoleLocation {
  /** Repository that tasks are pulled from. They are pulled from no other. */
  readonly repositoryArn: pulumi.Input<string>;
  /** Log groups that the API and the one-off tasks write to. */
  readonly logGroupArns: Readonly<Record<"api" | "oneOffTasks", readonly pulumi.Input<string>[]>>;
  readonly secretArns: SecretArnsByTask;
}

/** The role that Fargate starts each task with. */
export type ExecutionRoles = Readonly<Record<Exclude<ApiTask, "seed">, Role>> & { readonly seed?: Role };

/**
 * Creates the roles that Fargate itself assumes to pull the image, read the secrets and write the logs: one for each task,
 * which can read that task's secrets and no other. The containers never have them. They stand in for the managed
 * `AmazonECSTaskExecutionRolePolicy`, which opens every repository and log group.
 */
export function createExecutionRoles(scope: Scope, args: ExecutionRolesArgs): ExecutionRoles {
  const { secretArns } = args;
  const ofOneOffTask = (task: OneOffTask, arns: readonly pulumi.Input<string>[]) =>
    createExecutionRole(scope, args, {
      what: `${task}-execution`,
      description: `Starts the one-off task ${task}: pulls the image, reads its secrets, writes the logs`,
      secretArns: arns,
      logGroupArns: args.logGroupArns.oneOffTasks,
    });
  const roles = {
    api: createExecutionRole(scope, args, {
      what: "execution",
      description: "Starts API tasks: pulls the image, reads the secrets, writes the logs",
      secretArns: secretArns.api,
      logGroupArns: args.logGroupArns.api,
    }),
    migrate: ofOneOffTask("migrate", secretArns.migrate),
    integrity: ofOneOffTask("integrity", secretArns.integrity),
  };
  return secretArns.seed === undefined ? roles : { ...roles, seed: ofOneOffTask("seed", secretArns.seed) };
}

/** What differs from one execution role to another. */
interface ExecutionRoleVariation {
  readonly what: string;
  readonly description: string;
  readonly secretArns: readonly pulumi.Input<string>[];
  readonly logGroupArns: readonly pulumi.Input<string>[];
}

function createExecutionRole(
  scope: Scope,
  args: ExecutionRolesArgs,
  { what, description, secretArns, logGroupArns }: ExecutionRoleVariation,
): Role {
  return createEcsRole(scope, {
    ...args,
    what,
    description,
    statements: [
      // This action takes no resource (Service Authorization Reference, "Amazon Elastic Container Registry").
      { sid: "SignInToRegistry", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
      {
        sid: "PullImage",
        actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        resources: [args.repositoryArn],
      },
      {
        sid: "WriteLogs",
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: logGroupArns.map((logGroupArn) => pulumi.interpolate`${logGroupArn}:log-stream:*`),
      },
      // IAM refuses a statement without a resource.
      ...(secretArns.length === 0
        ? []
        : [{ sid: "ReadSecrets", actions: ["secretsmanager:GetSecretValue"], resources: secretArns }]),
    ],
  });
}

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
export interface TaskRolesArgs extends RoleLocation {
  /** `DbiResourceId` of the instance (`db-…`), which IAM database authentication names. A restore changes it. */
  readonly databaseResourceId: pulumi.Input<string>;
  /** PostgreSQL roles that the API, migrations and integrity checks connect as. */
  readonly databaseUserNames: DatabaseUserNames;
  /** Bucket of uploads. The API reads, writes and deletes its objects. */
  readonly bucketArn: pulumi.Input<string>;
  /** SES identity that the API sends from. */
  readonly mailIdentityArn: pulumi.Input<string>;
  /** SES configuration set that messages name. */
  readonly configurationSetName: pulumi.Input<string>;
}

/** The roles that containers have at run time, one for each way of reaching the database. */
export interface TaskRoles {
  readonly application: Role;
  readonly migrator: Role;
  readonly integrity: Role;
}

/** Creates the roles of the API's own containers and of its one-off tasks. */
export function createTaskRoles(scope: Scope, args: TaskRolesArgs): TaskRoles {
  const users = args.databaseUserNames;
  return {
    application: createEcsRole(scope, {
      ...args,
      what: "task",
      description: "The API at run time: uploads, mail and the database as the application",
      statements: [connectToDatabase(args, users.application), useUploads(args), sendMail(args)],
    }),
    migrator: createEcsRole(scope, {
      ...args,
      what: "migrator",
      description: "Migrations: the database as the owner of the schema",
      statements: [connectToDatabase(args, users.migrator)],
    }),
    integrity: createEcsRole(scope, {
      ...args,
      what: "integrity",
      description: "Integrity checks: the database as a reader",
      statements: [connectToDatabase(args, users.readOnly)],
    }),
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

/** Objects by their key. Listing the bucket and changing its settings stay closed. */
function useUploads({ bucketArn }: TaskRolesArgs): AllowStatement {
  return {
    sid: "UseUploads",
    actions: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    resources: [pulumi.interpolate`${bucketArn}/*`],
  };
}

/** SES checks both the identity and the configuration set that a message names. */
function sendMail({ region, accountId, mailIdentityArn, configurationSetName }: TaskRolesArgs): AllowStatement {
  return {
    sid: "SendMail",
    actions: ["ses:SendEmail", "ses:SendRawEmail"],
    resources: [
      mailIdentityArn,
      pulumi.interpolate`arn:aws:ses:${region}:${accountId}:configuration-set/${configurationSetName}`,
    ],
  };
}

interface EcsRoleArgs extends RoleLocation {
  readonly what: string;
  readonly description: string;
  readonly statements: readonly AllowStatement[];
}

/**
 * Creates a role that ECS tasks of this account and region may assume, with one inline policy.
 *
 * The trust policy cannot name the tasks more closely, because their ARNs are known only once they run (ECS developer
 * guide, "Amazon ECS task IAM role", confused deputy).
 */
function createEcsRole(scope: Scope, args: EcsRoleArgs): Role {
  return createServiceRole(scope, {
    what: args.what,
    description: args.description,
    statements: args.statements,
    service: "ecs-tasks.amazonaws.com",
    accountId: args.accountId,
    sourceArn: pulumi.interpolate`arn:aws:ecs:${args.region}:${args.accountId}:*`,
  }).role;
}
