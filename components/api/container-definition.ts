import type * as pulumi from "@pulumi/pulumi";
import { writableVolumes } from "./writable-volumes.ts";

/** A secret of a container: the environment variable, and the ARN of the secret that ECS reads into it. */
export interface ContainerSecret {
  readonly name: string;
  readonly valueFrom: pulumi.Input<string>;
}

/** What differs from one container of the API's image to another. */
export interface ContainerSettings {
  /** Image by digest: `<repository>@sha256:<64 hexadecimal digits>`. */
  readonly image: pulumi.Input<string>;
  /** In place of the image's own command. Default: the image's. */
  readonly command?: readonly string[];
  /** Environment variables. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secrets, under other names than the environment's. */
  readonly secrets: readonly ContainerSecret[];
  /** Log group; the streams in it are `<logStreamPrefix>/api/<task id>`. */
  readonly logGroupName: pulumi.Input<string>;
  readonly logStreamPrefix: string;
  readonly region: string;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  /** Port and health path of a container that serves. Default: it serves nothing. */
  readonly serves?: { readonly port: number; readonly healthCheckPath: string };
  /** Whether ECS Exec needs room to write. */
  readonly enableExecuteCommand: boolean;
}

/** Name of the container in every task definition. */
export const apiContainerName = "api";

/** User and group of the process. Fixed numbers, because the image's own user may be root or unknown. */
const processUser = "10001:10001";

/** What any Python process needs under a read-only root file system and without a home of its own. */
const pythonEnvironment = { HOME: "/tmp", PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" };

/**
 * The container definition of the API's image, hardened: no root user, no capabilities, a root file system that nobody
 * writes to, an init process that passes SIGTERM on and reaps children.
 *
 * Sources: FSBP ECS.5, ECS.8, ECS.9, ECS.20; ECS developer guide "Task definition parameters for Fargate";
 * AWS containers blog "Preventing log loss with non-blocking mode in the AWSLogs container log driver" (25 MiB buffer).
 *
 * @throws {RangeError} when a name is both a variable and a secret, which ECS would refuse only at registration
 */
export function containerDefinition(settings: ContainerSettings): object {
  const environment = { ...pythonEnvironment, ...settings.environment };
  refuseSharedNames(environment, settings.secrets);
  return {
    name: apiContainerName,
    image: settings.image,
    essential: true,
    user: processUser,
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    stopTimeout: settings.stopTimeoutSeconds,
    ...(settings.command === undefined ? {} : { command: settings.command }),
    // Sorted, so that a plan compares what changed and not the order in which it was written.
    environment: Object.entries(environment)
      .map(([name, value]) => ({ name, value }))
      .sort((first, second) => (first.name < second.name ? -1 : 1)),
    secrets: settings.secrets,
    mountPoints: writableVolumes(settings.enableExecuteCommand).map(({ name, path }) => ({
      sourceVolume: name,
      containerPath: path,
      readOnly: false,
    })),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": settings.logGroupName,
        "awslogs-region": settings.region,
        "awslogs-stream-prefix": settings.logStreamPrefix,
        // A log service that answers slowly must not stop requests.
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    },
    ...(settings.serves === undefined ? {} : serving(settings.serves)),
  };
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
 * Python, because slim images have neither curl nor wget. `urlopen` raises on a 4xx or 5xx answer. The temporary file
 * shows that /tmp is writable: an image without `VOLUME /tmp` fails here, at weight 0, and not at the first upload.
 */
function healthProbe(port: number, healthCheckPath: string): string {
  const url = JSON.stringify(`http://127.0.0.1:${port}${healthCheckPath}`);
  return `import tempfile, urllib.request; tempfile.TemporaryFile().close(); urllib.request.urlopen(${url}, timeout=8)`;
}

function refuseSharedNames(environment: Readonly<Record<string, unknown>>, secrets: readonly ContainerSecret[]): void {
  const shared = secrets.map(({ name }) => name).filter((name) => name in environment);
  if (shared.length > 0) {
    throw new RangeError(
      `${shared.join(", ")} is both a secret and an environment variable of the container. ECS refuses such a task definition: rename the entry of applicationSecrets.`,
    );
  }
}
