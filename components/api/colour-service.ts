import { Policy } from "@pulumi/aws/appautoscaling/policy.js";
import { Target } from "@pulumi/aws/appautoscaling/target.js";
import { Service } from "@pulumi/aws/ecs/service.js";
import type { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition.js";
import * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../../rollout/colour.ts";
import type { Settings } from "../../rollout/settings.ts";
import { child, type Scope, type Tags } from "../scope.ts";
import { type ServerSettings, serverEnvironment } from "./api-environment.ts";
import { apiContainerName, colourServiceName } from "./names.ts";
import { type ApiTaskArgs, createTaskDefinition, digestOf, imageOf } from "./task-definition.ts";
import { settingsOfTaskDefinition } from "./task-settings.ts";

/** Arguments of {@link ColourService}. A new image, or another change of the task, rolls the colour's tasks. */
export interface ColourServiceArgs extends ApiTaskArgs, ServerSettings {
  /** Which of the two. It is part of every name. */
  readonly colour: Colour;
  /** Cluster. Changing it replaces the service. */
  readonly clusterArn: pulumi.Input<string>;
  readonly clusterName: pulumi.Input<string>;
  /** Private subnets, one for each zone. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /**
   * The colour's target groups, one for each host. They drain for `stopTimeoutSeconds`, 2 minutes at most. ECS replaces all
   * tasks when the list changes, and stops a task that fails its health checks in any of them.
   */
  readonly targetGroupArns: readonly pulumi.Input<string>[];
  /**
   * Tasks that always run. They must carry the whole traffic: a step and a rollback move it within seconds, and new tasks
   * need minutes.
   */
  readonly minTasks: number;
  /** Most tasks that autoscaling may run. */
  readonly maxTasks: number;
  /**
   * Whether autoscaling takes no task away. A colour that loses its traffic would be shrunk to the fewest tasks, and all of
   * the traffic may come back within seconds.
   */
  readonly keepsTasks: boolean;
  /** Path that answers 200 when the process can serve. */
  readonly healthCheckPath: string;
  /**
   * What must exist before a task starts: both listener rules (ECS refuses a target group that no load balancer uses), the
   * platform (roles without their policies cannot pull) and the secrets. A component stands for everything in it.
   */
  readonly dependsOn: readonly pulumi.Resource[];
  readonly tags: Tags;
}

/**
 * One colour of the API: its task definition, its ECS service and its autoscaling. It is constructed only for a colour
 * with an image. A colour without one has no service and no tasks.
 *
 * Only the weighted rule moves traffic between colours. Within a colour ECS replaces tasks when the image or a setting
 * changes; the rollout's rules allow a new release at weight 0 only. Old tasks stay until new ones are healthy. A deployment
 * that does not become healthy is rolled back and fails the update.
 *
 * Sources: FSBP ECS.2 (no public address), ECS.10 (latest platform version); ECS developer guide "Amazon ECS deployment
 * circuit breaker" and "Balancing an Amazon ECS service across Availability Zones".
 */
export class ColourService extends pulumi.ComponentResource {
  /** Name of the ECS service, `<name>-<colour>`. It is plain, so that alarms can name it before it exists. */
  public readonly serviceName: string;
  /** ARN of the task definition with its revision. */
  public readonly taskDefinitionArn: pulumi.Output<string>;
  /** What its tasks see of the config, read from the task definition's own outputs and not from config. */
  public readonly settings: pulumi.Output<Settings>;
  /** JSON of the task definition's containers, as the provider returned it. */
  public readonly containerDefinitions: pulumi.Output<string>;
  /** Image that the service runs, read from the task definition's own outputs and not from config. */
  public readonly image: pulumi.Output<string>;

  constructor(name: string, args: ColourServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ColourService", colourServiceName(name, args.colour), {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };
    const taskDefinition = createTaskDefinition(scope, {
      ...args,
      what: args.colour,
      // The release is named, so that logs and answers can tell it.
      environment: {
        ...args.environment,
        ...serverEnvironment(args),
        RELEASE_COLOUR: args.colour,
        RELEASE_DIGEST: pulumi.output(args.image).apply(digestOf),
      },
      logStreamPrefix: args.colour,
      serves: { port: args.containerPort, healthCheckPath: args.healthCheckPath },
    });
    const service = createEcsService(scope, { ...args, taskDefinition });
    createAutoscaling(scope, { ...args, serviceName: service.name });

    this.serviceName = colourServiceName(name, args.colour);
    this.taskDefinitionArn = taskDefinition.arn;
    this.containerDefinitions = taskDefinition.containerDefinitions;
    // Known once the service runs it. After a failed deployment this output, and with it the record, stay as they were.
    this.image = pulumi
      .all([taskDefinition.containerDefinitions, service.taskDefinition])
      .apply(([containerDefinitions]) => imageOf(containerDefinitions));
    this.settings = pulumi
      .all([taskDefinition.cpu, taskDefinition.memory, taskDefinition.containerDefinitions, service.taskDefinition])
      .apply(([cpu, memory, containerDefinitions]) => settingsOfTaskDefinition({ cpu, memory, containerDefinitions }));
    this.registerOutputs({
      serviceName: this.serviceName,
      taskDefinitionArn: this.taskDefinitionArn,
      image: this.image,
    });
  }
}

function createEcsService(
  scope: Scope,
  args: ColourServiceArgs & { readonly taskDefinition: TaskDefinition },
): Service {
  const { logicalName, tags, opts } = child(scope, args.colour);
  return new Service(
    logicalName,
    {
      name: logicalName,
      cluster: args.clusterArn,
      taskDefinition: args.taskDefinition.arn,
      launchType: "FARGATE",
      platformVersion: "LATEST",
      desiredCount: args.minTasks,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: "ENABLED",
      healthCheckGracePeriodSeconds: 60,
      waitForSteadyState: true,
      loadBalancers: args.targetGroupArns.map((targetGroupArn) => ({
        targetGroupArn,
        containerName: apiContainerName,
        containerPort: args.containerPort,
      })),
      networkConfiguration: {
        subnets: [...args.subnetIds],
        securityGroups: [args.securityGroupId],
        assignPublicIp: false,
      },
      // AWS does not support ECS Exec with a read-only root file system.
      enableExecuteCommand: false,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      tags,
    },
    // Autoscaling owns the number of tasks once the service exists.
    { ...opts, dependsOn: [...args.dependsOn], ignoreChanges: ["desiredCount"] },
  );
}

/** Metrics that tasks are added by, and the average that autoscaling keeps them at, per cent. */
const trackedMetrics = [
  { purpose: "cpu", metric: "ECSServiceAverageCPUUtilization", targetPercent: 60 },
  // Below the 80 % at which memory alarms (guide A4), so that a task is added before a person is called.
  { purpose: "memory", metric: "ECSServiceAverageMemoryUtilization", targetPercent: 70 },
] as const;

/**
 * Keeps the service's average CPU at 60 % and memory at 70 %. It adds tasks fast and removes them slowly.
 *
 * Requests per target are not tracked. A step multiplies a colour's requests within seconds, and at the portal's volume
 * the metric counts only a few requests. It would follow the rollout and not the load.
 */
function createAutoscaling(
  scope: Scope,
  args: ColourServiceArgs & { readonly serviceName: pulumi.Output<string> },
): void {
  const { logicalName, tags, opts } = child(scope, args.colour);
  const target = new Target(
    logicalName,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
      minCapacity: args.minTasks,
      maxCapacity: args.maxTasks,
      // Always written: what is left out would stay as it was.
      suspendedState: { dynamicScalingInSuspended: args.keepsTasks },
      tags,
    },
    opts,
  );
  for (const { purpose, metric, targetPercent } of trackedMetrics) {
    new Policy(
      `${logicalName}-${purpose}`,
      {
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: metric },
          targetValue: targetPercent,
          scaleOutCooldown: 60,
          scaleInCooldown: 300,
        },
      },
      opts,
    );
  }
}
