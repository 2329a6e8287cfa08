import { type ECSClient, ListTasksCommand, StopTaskCommand } from "@aws-sdk/client-ecs";

/** ARNs of all tasks that were ever started in a cluster: moto forgets none, and looking changes none of them. */
export async function startedTasks(containers: ECSClient, cluster: string): Promise<readonly string[]> {
  return (await containers.send(new ListTasksCommand({ cluster }))).taskArns ?? [];
}

/** Ends all of them. */
export async function stopTasks(containers: ECSClient, cluster: string): Promise<void> {
  for (const task of await startedTasks(containers, cluster)) {
    await containers.send(new StopTaskCommand({ cluster, task, reason: "test" }));
  }
}
