import {
  ConflictException,
  DescribeServicesCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { byColour, type Colour, colours } from "../../rollout/colour.ts";
import type { OneOffTaskState } from "../../rollout/one-off-tasks.ts";
import { plainLine } from "../../rollout/plain-text.ts";
import type { ServiceState } from "../../rollout/standing-problems.ts";
import { explained } from "./client.ts";

/** Reads what the colours' services run; null for a colour that has none. */
export async function readServices(
  client: ECSClient,
  clusterArn: string,
  serviceNames: Readonly<Record<Colour, string | null>>,
): Promise<Record<Colour, ServiceState | null>> {
  const names = colours.flatMap((colour) => serviceNames[colour] ?? []);
  if (names.length === 0) return byColour(() => null);
  const { services = [] } = await explained("the services could not be read", () =>
    client.send(new DescribeServicesCommand({ cluster: clusterArn, services: names })),
  );
  return byColour((colour) => {
    const service = services.find(
      ({ serviceName, status }) => serviceName === serviceNames[colour] && status !== "INACTIVE",
    );
    return service === undefined ? null : serviceStateOf(service);
  });
}

/** A deployment that ECS rolls back sets the service's own task definition to the one before, which is what counts. */
function serviceStateOf({ taskDefinition, deployments, runningCount, desiredCount }: Service): ServiceState {
  const newest = deployments?.find(({ status }) => status === "PRIMARY");
  return {
    taskDefinitionArn: taskDefinition ?? "",
    rollout: newest?.rolloutState ?? "COMPLETED",
    runningTasks: runningCount ?? 0,
    desiredTasks: desiredCount ?? 0,
  };
}

/** A task that is to be started. */
export interface TaskStart {
  readonly taskDefinitionArn: string;
  /** What it is found by again. */
  readonly startedBy: string;
  /** Makes a request that is sent twice start one task, for up to 24 hours. 64 characters at most. */
  readonly clientToken: string;
  /** Whether Systems Manager may open a channel to it. Default: no. */
  readonly enableExecuteCommand?: boolean;
}

/** Where tasks run. */
export interface TaskPlace {
  readonly clusterArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

/**
 * Lists tasks by their mark. The mark must be the only filter (ECS API Reference, "ListTasks"); without another, AWS leaves
 * out those that are stopping or have stopped.
 */
export async function listTasks(client: ECSClient, clusterArn: string, startedBy: string): Promise<readonly string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await explained("the running tasks could not be listed", () =>
      client.send(new ListTasksCommand({ cluster: clusterArn, startedBy, nextToken })),
    );
    found.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/**
 * Starts one task on Fargate, in private subnets and without a public address. A token that was used already names the task
 * that it started; AWS answers so too where the request has changed in the meantime.
 */
export async function startTask(client: ECSClient, place: TaskPlace, task: TaskStart): Promise<string> {
  const asked = "the task could not be started";
  const request = new RunTaskCommand({
    cluster: place.clusterArn,
    taskDefinition: task.taskDefinitionArn,
    count: 1,
    launchType: "FARGATE",
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...place.subnetIds],
        securityGroups: [place.securityGroupId],
        assignPublicIp: "DISABLED",
      },
    },
    startedBy: task.startedBy,
    propagateTags: "TASK_DEFINITION",
    clientToken: task.clientToken,
    enableExecuteCommand: task.enableExecuteCommand ?? false,
  });
  const { tasks = [], failures = [] } = await explained(asked, async () => {
    try {
      return await client.send(request);
    } catch (error) {
      const [taskArn] = error instanceof ConflictException ? (error.resourceIds ?? []) : [];
      if (taskArn === undefined) throw error;
      return { tasks: [{ taskArn }], failures: [] };
    }
  });
  const arn = tasks[0]?.taskArn;
  if (arn !== undefined) return arn;
  const said = failures.map(({ reason, detail }) => [reason, detail].filter((part) => part !== undefined).join(": "));
  throw new Error(
    `AWS: ${asked}: ${plainLine(said.join("; ")) || "no reason was given"}. Nothing runs. Run the command again; if it stays so, look at the AWS Health Dashboard.`,
  );
}

/** Describes tasks; those that AWS does not know are left out. */
export async function describeTasks(
  client: ECSClient,
  clusterArn: string,
  arns: readonly string[],
): Promise<readonly OneOffTaskState[]> {
  const { tasks = [] } = await explained("the task could not be described", () =>
    client.send(new DescribeTasksCommand({ cluster: clusterArn, tasks: [...arns] })),
  );
  return tasks.map(taskStateOf);
}

function taskStateOf({
  taskArn,
  lastStatus,
  containers,
  stoppedReason,
  stopCode,
  startedAt,
  stoppedAt,
}: Task): OneOffTaskState {
  const status = lastStatus ?? "UNKNOWN";
  const container = containers?.[0];
  const ofTask = stoppedReason === undefined || stoppedReason === "" ? [] : [stoppedReason];
  const ofContainer = container?.reason === undefined || container.reason === "" ? [] : [container.reason];
  const code = stopCode === undefined ? [] : [stopCode];
  return {
    arn: taskArn ?? "",
    status,
    // Before the task has stopped a code would say nothing of its end.
    exitCode: status === "STOPPED" ? (container?.exitCode ?? null) : null,
    reasons: [...new Set([...ofContainer, ...ofTask, ...code].map(plainLine))],
    startedAt: startedAt?.toISOString() ?? null,
    stoppedAt: stoppedAt?.toISOString() ?? null,
  };
}
