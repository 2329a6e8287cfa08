import type { StageAddresses } from "../stage-addresses.ts";
import { clientOptions } from "./client-options.ts";
import { once } from "./once.ts";
import type { TaskPort } from "./task-port.ts";

/** One-off tasks by AWS's SDK, which is loaded when it is asked for the first time. */
export function openTasks(addresses: StageAddresses): TaskPort {
  const { region, clusterArn, privateSubnetIds, apiSecurityGroupId } = addresses;
  const place = { clusterArn, subnetIds: privateSubnetIds, securityGroupId: apiSecurityGroupId };
  const containers = once(async () => {
    const [{ ECSClient }, calls] = await Promise.all([import("@aws-sdk/client-ecs"), import("./tasks.ts")]);
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
