import type { OneOffTaskState } from "../../rollout/one-off-tasks.ts";
import type { StageAddresses } from "../stack-outputs.ts";
import { clientOptions, once } from "./client.ts";
import type { TaskStart } from "./tasks-and-services.ts";

/**
 * What the commands ask of ECS about one-off tasks, for one stage. Each function is one API call; pages and retries aside.
 *
 * Every function throws an `Error` whose message says what was asked, what AWS answered and what to do.
 */
export interface TaskAws {
  /** ARNs of the tasks that were started with this mark and that nobody has told to stop. */
  list(startedBy: string): Promise<readonly string[]>;
  /** Starts one task in the API's own subnets and security group. @returns its ARN */
  start(task: TaskStart): Promise<string>;
  /** Those of the tasks that AWS knows: one that has stopped for about an hour, one just started sometimes not yet. */
  describe(arns: readonly string[]): Promise<readonly OneOffTaskState[]>;
}

/** One-off tasks by AWS's SDK, which is loaded when it is asked for the first time. */
export function openTasks(addresses: StageAddresses): TaskAws {
  const { region, clusterArn, privateSubnetIds, apiSecurityGroupId } = addresses;
  const place = { clusterArn, subnetIds: privateSubnetIds, securityGroupId: apiSecurityGroupId };
  const containers = once(async () => {
    const [{ ECSClient }, calls] = await Promise.all([
      import("@aws-sdk/client-ecs"),
      import("./tasks-and-services.ts"),
    ]);
    return { client: new ECSClient(clientOptions(region)), ...calls };
  });
  return {
    async list(startedBy) {
      const { client, listTasks } = await containers();
      return await listTasks(client, clusterArn, startedBy);
    },
    async start(task) {
      const { client, startTask } = await containers();
      return await startTask(client, place, task);
    },
    async describe(arns) {
      const { client, describeTasks } = await containers();
      return await describeTasks(client, clusterArn, arns);
    },
  };
}
