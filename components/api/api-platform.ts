import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { createEcsCluster } from "./ecs-cluster.ts";
import { createExecutionRole } from "./execution-role.ts";
import { createServiceSecurityGroup } from "./service-security-group.ts";
import { createTaskRoles, type DatabaseUserNames } from "./task-roles.ts";

/** Arguments of {@link ApiPlatform}. */
export interface ApiPlatformArgs {
  /** VPC of the tasks. Changing it replaces the security group and with it every task. */
  readonly vpcId: pulumi.Input<string>;
  /** Group of the database; it receives the rule that lets the tasks in. */
  readonly databaseSecurityGroupId: pulumi.Input<string>;
  /** Port of the database. */
  readonly databasePort: number;
  /** `DbiResourceId` of the instance (`db-…`), which IAM database authentication names. It differs after a restore. */
  readonly databaseResourceId: pulumi.Input<string>;
  /** PostgreSQL roles that the API, migrations and integrity checks connect as. */
  readonly databaseUserNames: DatabaseUserNames;
  /** Bucket of uploads; the API reads, writes and deletes its objects. */
  readonly bucketArn: pulumi.Input<string>;
  /** SES identity that the API sends from. */
  readonly mailIdentityArn: pulumi.Input<string>;
  /** SES configuration set that messages name. Default: none. */
  readonly configurationSetName?: pulumi.Input<string>;
  /** Secrets that tasks start with. */
  readonly secretArns: readonly pulumi.Input<string>[];
  /** Log groups that tasks write to. */
  readonly logGroupArns: readonly pulumi.Input<string>[];
  /** Repository that tasks are pulled from, and the only one. */
  readonly repositoryArn: pulumi.Input<string>;
  /** Group of the load balancer, the only one that reaches the tasks. */
  readonly loadBalancerSecurityGroupId: pulumi.Input<string>;
  /** Port that the container listens on. */
  readonly containerPort: number;
  /** Whether the API's role may open ECS Exec sessions; goes together with the services' own switch. Default: no. */
  readonly enableExecuteCommand?: boolean;
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * What both colours and the one-off tasks share: the cluster, the tasks' security group, the database's rule for it, and
 * the roles. No role can do more than its task needs, and none holds a database password: IAM database authentication
 * names one instance and one database user.
 */
export class ApiPlatform extends pulumi.ComponentResource {
  /** Name of the ECS cluster. */
  public readonly clusterName: pulumi.Output<string>;
  /** ARN of the ECS cluster. */
  public readonly clusterArn: pulumi.Output<string>;
  /** Group of every task of the API. */
  public readonly securityGroupId: pulumi.Output<string>;
  /** Role that Fargate takes to start any task of the API. */
  public readonly executionRoleArn: pulumi.Output<string>;
  /** Role of the API's containers and of the seeding of staging. */
  public readonly taskRoleArn: pulumi.Output<string>;
  /** Role of migrations. */
  public readonly migratorTaskRoleArn: pulumi.Output<string>;
  /** Role of integrity checks. */
  public readonly integrityTaskRoleArn: pulumi.Output<string>;

  constructor(name: string, args: ApiPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ApiPlatform", name, {}, opts);
    const cluster = createEcsCluster(name, args.tags, this);
    const securityGroup = createServiceSecurityGroup(name, args, this);
    const executionRole = createExecutionRole(name, args, this);
    const taskRoles = createTaskRoles(
      name,
      { ...args, enableExecuteCommand: args.enableExecuteCommand ?? false },
      this,
    );
    this.clusterName = cluster.name;
    this.clusterArn = cluster.arn;
    this.securityGroupId = securityGroup.id;
    this.executionRoleArn = executionRole.arn;
    this.taskRoleArn = taskRoles.application.arn;
    this.migratorTaskRoleArn = taskRoles.migrator.arn;
    this.integrityTaskRoleArn = taskRoles.integrity.arn;
    this.registerOutputs({
      clusterName: this.clusterName,
      clusterArn: this.clusterArn,
      securityGroupId: this.securityGroupId,
      executionRoleArn: this.executionRoleArn,
      taskRoleArn: this.taskRoleArn,
      migratorTaskRoleArn: this.migratorTaskRoleArn,
      integrityTaskRoleArn: this.integrityTaskRoleArn,
    });
  }
}
