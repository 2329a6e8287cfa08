import { DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import type { TaskDefinitionAnswer } from "../../components/api/task-settings.ts";
import { clientOptions, explained } from "./client.ts";

/**
 * Reads a task definition as it is registered, by one call.
 *
 * @throws {Error} whose message says what was asked, what AWS answered and what to do
 */
export async function readTaskDefinition(region: string, arn: string): Promise<TaskDefinitionAnswer> {
  const client = new ECSClient(clientOptions(region));
  const { taskDefinition } = await explained(`the task definition ${arn} could not be read`, () =>
    client.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn })),
  );
  const { cpu, memory, containerDefinitions = [] } = taskDefinition ?? {};
  return { cpu, memory, containerDefinitions: JSON.stringify(containerDefinitions) };
}
