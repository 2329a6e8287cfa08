import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope } from "../scope.ts";
import type { Environment } from "./api-environment.ts";
import { apiContainerName, taskPlatform } from "./names.ts";

/** A secret of a container: the environment variable, and the secret that ECS reads into it, by its ARN and version. */
export interface ContainerSecret {
  readonly name: string;
  readonly valueFrom: pulumi.Input<string>;
}

/** What every task of the API's image needs, whether it serves or runs once. */
export interface ApiTaskArgs {
  /** Image by digest: `<repository>@sha256:<64 hexadecimal digits>`. */
  readonly image: pulumi.Input<string>;
  readonly environment: Environment;
  /** Secrets, under other names than the environment's. */
  readonly secrets: readonly ContainerSecret[];
  /** CPU units of a task, 1024 to the vCPU. Fargate offers certain pairs of this and `memoryMib`. */
  readonly cpuUnits: number;
  /** Memory of a task, MiB. */
  readonly memoryMib: number;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly taskRoleArn: pulumi.Input<string>;
  readonly logGroupName: pulumi.Input<string>;
  readonly region: string;
}

/** How one task differs from another. */
export interface TaskDefinitionArgs extends ApiTaskArgs {
  /** Last part of the logical name. */
  readonly what: string;
  /** Command in place of the image's own. Default: the image's. */
  readonly command?: readonly string[];
  /** The log streams are `<logStreamPrefix>/api/<task id>`. */
  readonly logStreamPrefix: string;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  /** Port and health path of a container that serves. Default: it serves nothing. */
  readonly serves?: { readonly port: number; readonly healthCheckPath: string };
}

/**
 * The only place that the container may write to: an empty volume on the task's own encrypted disk. Unlike a tmpfs it does
 * not count towards the task's memory. Its owner and mode come from the image's `VOLUME` directive. Without one it belongs
 * to root (ECS developer guide, "Use bind mounts with Amazon ECS").
 */
const writableVolume = { name: "tmp", path: "/tmp" } as const;

/**
 * Creates a Fargate task definition with the one hardened container. The family is the logical name, and every change
 * registers the next revision. Images are built for {@link taskPlatform}.
 *
 * @throws {RangeError} when a name is both a variable and a secret, which ECS would refuse only at registration
 */
export function createTaskDefinition(scope: Scope, args: TaskDefinitionArgs): TaskDefinition {
  const { logicalName, tags, opts } = child(scope, args.what);
  return new TaskDefinition(
    logicalName,
    {
      family: logicalName,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(args.cpuUnits),
      memory: String(args.memoryMib),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: taskPlatform.cpuArchitecture },
      executionRoleArn: args.executionRoleArn,
      taskRoleArn: args.taskRoleArn,
      volumes: [{ name: writableVolume.name }],
      containerDefinitions: pulumi.jsonStringify([containerDefinition(args)]),
      tags,
    },
    opts,
  );
}

/** User and group of the process. They are numbers, because the image's own user may be root or unknown. */
const processUser = "10001:10001";

/** What any Python process needs under a read-only root file system and without a home of its own. */
const pythonEnvironment = { HOME: "/tmp", PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" };

/**
 * The hardened container: no root user, no capabilities, a read-only root file system, and an init process that passes
 * SIGTERM on and reaps children.
 *
 * Sources: FSBP ECS.5, ECS.8, ECS.9, ECS.20; ECS developer guide "Task definition parameters for Fargate";
 * AWS containers blog "Preventing log loss with non-blocking mode in the AWSLogs container log driver" (25 MiB buffer).
 */
function containerDefinition(args: TaskDefinitionArgs): object {
  const environment = { ...pythonEnvironment, ...args.environment };
  refuseSharedNames(environment, args.secrets);
  return {
    name: apiContainerName,
    image: args.image,
    essential: true,
    user: processUser,
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    stopTimeout: args.stopTimeoutSeconds,
    command: args.command,
    // Sorted, so that a plan shows what changed and not the order in which it was written.
    environment: Object.entries(environment)
      .map(([name, value]) => ({ name, value }))
      .sort((first, second) => (first.name < second.name ? -1 : 1)),
    secrets: args.secrets.map(({ name, valueFrom }) => ({ name, valueFrom })),
    mountPoints: [{ sourceVolume: writableVolume.name, containerPath: writableVolume.path, readOnly: false }],
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": args.logGroupName,
        "awslogs-region": args.region,
        "awslogs-stream-prefix": args.logStreamPrefix,
        // A slow log service must not stop requests.
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    },
    ...(args.serves === undefined ? {} : serving(args.serves)),
  };
}

function refuseSharedNames(environment: Environment, secrets: readonly ContainerSecret[]): void {
  const shared = secrets.map(({ name }) => name).filter((name) => name in environment);
  if (shared.length > 0) {
    throw new RangeError(
      `${shared.join(", ")} is both a secret and an environment variable of the container. ECS refuses such a task definition: rename the entry of applicationSecrets.`,
    );
  }
}

function serving({ port, healthCheckPath }: { port: number; healthCheckPath: string }): object {
  return {
    portMappings: [{ containerPort: port, hostPort: port, protocol: "tcp" }],
    healthCheck: {
      command: ["CMD", "python", "-c", healthProbe(port, healthCheckPath)],
      interval: 30,
      timeout: 10,
      retries: 3,
      startPeriod: 60,
    },
  };
}

/**
 * The probe is Python, because slim images have neither curl nor wget. `urlopen` raises on a 4xx or 5xx answer. The
 * temporary file shows that /tmp is writable, so an image without `VOLUME /tmp` fails at weight 0 and not at the first
 * upload.
 */
function healthProbe(port: number, healthCheckPath: string): string {
  const url = JSON.stringify(`http://127.0.0.1:${port}${healthCheckPath}`);
  return `import tempfile, urllib.request; tempfile.TemporaryFile().close(); urllib.request.urlopen(${url}, timeout=8)`;
}

/**
 * What follows the `@` of `<repository>@sha256:…`. Nothing is refused here, because an error inside an output names no
 * resource. Config accepts no image without a digest, and a policy checks every plan for it.
 */
export function digestOf(image: string): string {
  return image.slice(image.indexOf("@") + 1);
}

/**
 * Reads back which image a task definition runs.
 *
 * @param containerDefinitions the task definition's own `containerDefinitions`, as its provider returned them
 * @throws {Error} when the API's container is not in them
 */
export function imageOf(containerDefinitions: string): string {
  const containers: readonly { name?: unknown; image?: unknown }[] = JSON.parse(containerDefinitions);
  const image = containers.find(({ name }) => name === apiContainerName)?.image;
  if (typeof image !== "string") {
    throw new Error(
      `The task definition has no container ${apiContainerName} with an image; it has ${containers.map(({ name }) => String(name)).join(", ") || "none"}.`,
    );
  }
  return image;
}
