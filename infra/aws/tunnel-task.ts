import { DescribeTasksCommand, type ECSClient, StopTaskCommand } from "@aws-sdk/client-ecs";
import { plainLine } from "../../rollout/plain-text.ts";
import { explained } from "./client.ts";

/** How far the start of a tunnel's task has come. */
export interface TunnelTaskState {
  /** As AWS says it: `PROVISIONING`, `PENDING`, `RUNNING`, … `STOPPED`. */
  readonly status: string;
  /** Of the agent that Systems Manager talks to: `PENDING`, `RUNNING` or `STOPPED`; null before ECS knows it. */
  readonly agent: string | null;
  /** What Systems Manager knows the container by, besides its cluster and its task; null before it runs. */
  readonly runtimeId: string | null;
  /** Why it has stopped. */
  readonly reasons: readonly string[];
}

/** Describes a tunnel's task; undefined where AWS does not know it yet. */
export async function describeTunnelTask(
  client: ECSClient,
  cluster: string,
  arn: string,
): Promise<TunnelTaskState | undefined> {
  const { tasks = [] } = await explained("the tunnel's task could not be described", () =>
    client.send(new DescribeTasksCommand({ cluster, tasks: [arn] })),
  );
  const [task] = tasks;
  if (task === undefined) return undefined;
  const [container] = task.containers ?? [];
  const agent = container?.managedAgents?.find(({ name }) => name === "ExecuteCommandAgent");
  const reasons = [container?.reason, task.stoppedReason, agent?.reason].filter((one) => (one ?? "") !== "");
  return {
    status: task.lastStatus ?? "UNKNOWN",
    agent: agent?.lastStatus ?? null,
    runtimeId: container?.runtimeId ?? null,
    reasons: reasons.map((one) => plainLine(one ?? "")),
  };
}

/** Stops a tunnel's task. One that has stopped already stays so. */
export async function stopTunnelTask(client: ECSClient, cluster: string, task: string): Promise<void> {
  await explained("the tunnel's task could not be stopped", () =>
    client.send(new StopTaskCommand({ cluster, task, reason: "The tunnel was closed." })),
  );
}
