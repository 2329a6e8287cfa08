import { Service } from "@pulumi/aws/ecs/service.js";
import * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../../rollout/colour.ts";
import type { Tags } from "../tags.ts";
import { createAutoscaling } from "./autoscaling.ts";
import { apiContainerName, type ContainerSecret } from "./container-definition.ts";
import { digestOf, imageOf } from "./image.ts";
import { serverEnvironment } from "./server-environment.ts";
import { colourServiceName } from "./service-name.ts";
import { type CpuArchitecture, createTaskDefinition } from "./task-definition.ts";

/** Arguments of {@link ColourService}. */
export interface ColourServiceArgs {
  /** Which of the two; part of every name. */
  readonly colour: Colour;
  /** Image by digest: `<repository>@sha256:…`. A new one rolls the colour's tasks. */
  readonly image: pulumi.Input<string>;
  /** Cluster; changing it replaces the service. */
  readonly clusterArn: pulumi.Input<string>;
  readonly clusterName: pulumi.Input<string>;
  /** Private subnets, one for each zone. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** The colour's target group. */
  readonly targetGroupArn: pulumi.Input<string>;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly taskRoleArn: pulumi.Input<string>;
  /** What the application must be told ({@link apiEnvironment}); the server's own settings are added here. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secrets by environment variable name. */
  readonly secrets: readonly ContainerSecret[];
  /** CPU units of a task, 1024 to the vCPU; together with `memoryMib` a size that Fargate offers. */
  readonly cpuUnits: number;
  /** Memory of a task, MiB. */
  readonly memoryMib: number;
  /** Processor that the image was built for. Default `X86_64`. */
  readonly cpuArchitecture?: CpuArchitecture;
  /**
   * Tasks that always run. They must carry the whole traffic: a step and a rollback move it within seconds, and new
   * tasks need minutes.
   */
  readonly minTasks: number;
  /** Tasks that load may grow it to. */
  readonly maxTasks: number;
  readonly containerPort: number;
  /** Path that answers 200 when the process can serve. */
  readonly healthCheckPath: string;
  /** Seconds from SIGTERM to SIGKILL, 2 minutes at most; the target group drains for as long. */
  readonly stopTimeoutSeconds: number;
  /** Seconds that the load balancer keeps an idle connection. */
  readonly idleTimeoutSeconds: number;
  /** Networks of the load balancer and of any proxy in front of it, whose `X-Forwarded-For` is believed. */
  readonly trustedProxyCidrs: readonly string[];
  /** The colour's log group. */
  readonly logGroupName: pulumi.Input<string>;
  /** Whether `aws ecs execute-command` may open a shell in a task. Default: no. */
  readonly enableExecuteCommand?: boolean;
  /**
   * What must exist before a task starts: the public rule (ECS refuses a target group that no load balancer uses), the
   * platform (roles without their policies cannot pull) and the secrets. A component stands for all that is in it.
   */
  readonly dependsOn: readonly pulumi.Resource[];
  readonly region: string;
  readonly tags: Tags;
}

/**
 * One colour of the API: its task definition, its ECS service and its autoscaling. It is constructed only for a colour
 * that has an image; without one, nothing of it exists and its tasks are gone.
 *
 * Traffic between colours is moved by the weighted rule alone. ECS rolls tasks within a colour: when its image changes,
 * which the rollout's rules allow at weight 0 only, or when a setting does; then old tasks stay until new ones are
 * healthy, and a deployment that does not become healthy is rolled back and fails the update.
 *
 * Sources: FSBP ECS.2 (no public address), ECS.10 (latest platform version); ECS developer guide "Amazon ECS deployment
 * circuit breaker" and "Balancing an Amazon ECS service across Availability Zones".
 */
export class ColourService extends pulumi.ComponentResource {
  /** Name of the ECS service, `<name>-<colour>`; plain, so that alarms can name it before it exists. */
  public readonly serviceName: string;
  /** ARN of the task definition with its revision. */
  public readonly taskDefinitionArn: pulumi.Output<string>;
  /** Image that the service runs, read from the task definition's own outputs: what is, not what config asked for. */
  public readonly image: pulumi.Output<string>;

  constructor(name: string, args: ColourServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const logicalName = colourServiceName(name, args.colour);
    super("celebrant:api:ColourService", logicalName, {}, opts);
    const enableExecuteCommand = args.enableExecuteCommand ?? false;
    const taskDefinition = createTaskDefinition(
      logicalName,
      { ...args, container: { ...args, ...servingContainer(args), enableExecuteCommand } },
      this,
    );
    const service = new Service(
      logicalName,
      {
        name: logicalName,
        cluster: args.clusterArn,
        taskDefinition: taskDefinition.arn,
        launchType: "FARGATE",
        platformVersion: "LATEST",
        desiredCount: args.minTasks,
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        availabilityZoneRebalancing: "ENABLED",
        healthCheckGracePeriodSeconds: 60,
        waitForSteadyState: true,
        loadBalancers: [
          {
            targetGroupArn: args.targetGroupArn,
            containerName: apiContainerName,
            containerPort: args.containerPort,
          },
        ],
        networkConfiguration: {
          subnets: [...args.subnetIds],
          securityGroups: [args.securityGroupId],
          assignPublicIp: false,
        },
        enableExecuteCommand,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        tags: { ...args.tags, Name: logicalName },
      },
      // Autoscaling owns the number of tasks once the service exists.
      { parent: this, dependsOn: [...args.dependsOn], ignoreChanges: ["desiredCount"] },
    );
    createAutoscaling(logicalName, { ...args, serviceName: service.name }, this);
    this.serviceName = logicalName;
    this.taskDefinitionArn = taskDefinition.arn;
    // Only once the service has settled on it: a deployment that failed leaves this output, and the record, as they were.
    this.image = pulumi
      .all([taskDefinition.containerDefinitions, service.taskDefinition])
      .apply(([containerDefinitions]) => imageOf(containerDefinitions));
    this.registerOutputs({
      serviceName: this.serviceName,
      taskDefinitionArn: this.taskDefinitionArn,
      image: this.image,
    });
  }
}

/** What a serving container has that a one-off task has not. The release is named, so that logs and answers can tell it. */
function servingContainer(args: ColourServiceArgs) {
  return {
    environment: {
      ...args.environment,
      ...serverEnvironment(args),
      RELEASE_COLOUR: args.colour,
      RELEASE_DIGEST: pulumi.output(args.image).apply(digestOf),
    },
    logStreamPrefix: args.colour,
    serves: { port: args.containerPort, healthCheckPath: args.healthCheckPath },
  };
}
