import { DescribeServicesCommand, type ECSClient, type Service } from "@aws-sdk/client-ecs";
import { byColour, type Colour, colours } from "../../rollout/colour.ts";
import type { ServiceState } from "../../rollout/service-state.ts";
import { explained } from "./explain-failure.ts";

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
    return service === undefined ? null : stateOf(service);
  });
}

/** A deployment that ECS rolls back sets the service's own task definition to the one before, which is what counts. */
function stateOf({ taskDefinition, deployments, runningCount, desiredCount }: Service): ServiceState {
  const newest = deployments?.find(({ status }) => status === "PRIMARY");
  return {
    taskDefinitionArn: taskDefinition ?? "",
    rollout: newest?.rolloutState ?? "COMPLETED",
    runningTasks: runningCount ?? 0,
    desiredTasks: desiredCount ?? 0,
  };
}
