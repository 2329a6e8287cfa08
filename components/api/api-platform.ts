import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Cluster } from "@pulumi/aws/ecs/cluster.js";
import { ClusterCapacityProviders } from "@pulumi/aws/ecs/clusterCapacityProviders.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope, type Tags } from "../scope.ts";
import { createEgressRule, createIngressRule } from "../security-group-rules.ts";
import type { ApiTask } from "./names.ts";
import { createExecutionRoles, createTaskRoles, type ExecutionRolesArgs, type TaskRolesArgs } from "./roles.ts";

/** Arguments of {@link ApiPlatform}. */
export interface ApiPlatformArgs extends ExecutionRolesArgs, TaskRolesArgs {
  /** VPC of the tasks. Changing it replaces the security group and with it every task. */
  readonly vpcId: pulumi.Input<string>;
  /** Group of the database. It gets the rule that lets the tasks in. */
  readonly databaseSecurityGroupId: pulumi.Input<string>;
  /** Port of the database. */
  readonly databasePort: number;
  /** Group of the load balancer. Nothing else reaches the tasks. */
  readonly loadBalancerSecurityGroupId: pulumi.Input<string>;
  /** Port that the container listens on. */
  readonly containerPort: number;
  readonly tags: Tags;
}

/**
 * What both colours and the one-off tasks share: the cluster, the tasks' security group, the database's rule for it, and
 * the roles. Each role can do what its task needs and no more. None holds a database password: IAM database
 * authentication names one instance and one database user.
 */
export class ApiPlatform extends pulumi.ComponentResource {
  /** Name of the ECS cluster. */
  public readonly clusterName: pulumi.Output<string>;
  /** ARN of the ECS cluster. */
  public readonly clusterArn: pulumi.Output<string>;
  /** Group of every task of the API. */
  public readonly securityGroupId: pulumi.Output<string>;
  /** Role that Fargate assumes to start each task; `seed` where it exists. */
  public readonly executionRoleArns: Readonly<Record<Exclude<ApiTask, "seed">, pulumi.Output<string>>> & {
    readonly seed?: pulumi.Output<string>;
  };
  /** Role of the API's containers and of the seeding of staging. */
  public readonly taskRoleArn: pulumi.Output<string>;
  /** Role of migrations. */
  public readonly migratorTaskRoleArn: pulumi.Output<string>;
  /** Role of integrity checks. */
  public readonly integrityTaskRoleArn: pulumi.Output<string>;

  constructor(name: string, args: ApiPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ApiPlatform", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };
    const cluster = createCluster(scope);
    const securityGroup = createSecurityGroup(scope, args);
    const { seed, ...executionRoles } = createExecutionRoles(scope, args);
    const taskRoles = createTaskRoles(scope, args);
    this.clusterName = cluster.name;
    this.clusterArn = cluster.arn;
    this.securityGroupId = securityGroup.id;
    this.executionRoleArns = {
      api: executionRoles.api.arn,
      migrate: executionRoles.migrate.arn,
      integrity: executionRoles.integrity.arn,
      ...(seed === undefined ? {} : { seed: seed.arn }),
    };
    this.taskRoleArn = taskRoles.application.arn;
    this.migratorTaskRoleArn = taskRoles.migrator.arn;
    this.integrityTaskRoleArn = taskRoles.integrity.arn;
    this.registerOutputs({
      clusterName: this.clusterName,
      clusterArn: this.clusterArn,
      securityGroupId: this.securityGroupId,
      executionRoleArns: this.executionRoleArns,
      taskRoleArn: this.taskRoleArn,
      migratorTaskRoleArn: this.migratorTaskRoleArn,
      integrityTaskRoleArn: this.integrityTaskRoleArn,
    });
  }
}

/**
 * Creates a Fargate-only cluster.
 *
 * Container Insights is `enabled` and not `enhanced`. That satisfies FSBP ECS.12, while the enhanced form charges for each
 * task and container. The memory alarm (guide A4) reads the service's own metric, which is free. There is no Spot
 * capacity, because a reclaimed task would look like a failing candidate.
 */
function createCluster(scope: Scope): Cluster {
  const { logicalName, tags, opts } = child(scope, "api");
  const cluster = new Cluster(logicalName, { settings: [{ name: "containerInsights", value: "enabled" }], tags }, opts);
  new ClusterCapacityProviders(
    logicalName,
    {
      clusterName: cluster.name,
      capacityProviders: ["FARGATE"],
      // A task that is started by hand runs on Fargate by default.
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
    },
    opts,
  );
  return cluster;
}

/**
 * Creates the group of every task, and the rule by which the database lets it in. Tasks accept the load balancer only.
 * They reach the database and HTTPS (AWS services, the payment provider) only. A VPC's own name server needs no rule.
 */
function createSecurityGroup(scope: Scope, args: ApiPlatformArgs): SecurityGroup {
  const { logicalName, tags, opts } = child(scope, "api");
  const group = new SecurityGroup(logicalName, { vpcId: args.vpcId, description: "Tasks of the API", tags }, opts);
  createIngressRule(scope, {
    what: "api-from-load-balancer",
    securityGroupId: group.id,
    peer: { referencedSecurityGroupId: args.loadBalancerSecurityGroupId },
    port: args.containerPort,
    description: "Requests and health checks of the load balancer",
  });
  createEgressRule(scope, {
    what: "api-to-https",
    securityGroupId: group.id,
    peer: { cidrIpv4: "0.0.0.0/0" },
    port: 443,
    description: "AWS services and external APIs over TLS",
  });
  createEgressRule(scope, {
    what: "api-to-database",
    securityGroupId: group.id,
    peer: { referencedSecurityGroupId: args.databaseSecurityGroupId },
    port: args.databasePort,
    description: "PostgreSQL",
  });
  createIngressRule(scope, {
    what: "database-from-api",
    securityGroupId: args.databaseSecurityGroupId,
    peer: { referencedSecurityGroupId: group.id },
    port: args.databasePort,
    description: "Tasks of the API",
  });
  return group;
}
