import { z } from "zod";
import { type Colour, colours } from "../../rollout/colour.ts";
import type { PlannedResource } from "../plan/planned-resource.ts";
import { readInputs } from "./routes/read-inputs.ts";

/** What one planned ECS service would run. */
export interface PlannedService {
  readonly colour: Colour;
  readonly targetGroupArn: string;
  /** Image of the container that has the traffic, by digest. */
  readonly image: string;
  /** Seconds from SIGTERM until the container is killed. */
  readonly stopTimeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

const serviceInputs = z.object({
  taskDefinition: z.string(),
  desiredCount: z.int().optional(),
  loadBalancers: z.tuple([z.object({ targetGroupArn: z.string(), containerName: z.string() })]),
});

const containers = z.array(
  z.object({
    name: z.string(),
    image: z.string(),
    stopTimeout: z.int().default(30),
    environment: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  }),
);

/** Reads the services of a plan. A service without desired tasks is left out, as nothing of it runs. */
export function readPlannedServices(resources: readonly PlannedResource[]): readonly PlannedService[] {
  return resources
    .filter(({ type }) => type === "aws:ecs/service:Service")
    .flatMap((service) => {
      const { desiredCount, loadBalancers, taskDefinition } = readInputs(service, serviceInputs);
      if (desiredCount === 0) return [];
      const [{ targetGroupArn, containerName }] = loadBalancers;
      const definition = resources.find(
        ({ type, outputs }) => type === "aws:ecs/taskDefinition:TaskDefinition" && outputs["arn"] === taskDefinition,
      );
      if (definition === undefined) throw new Error(`${service.name} runs ${taskDefinition}, which is not planned.`);
      const container = readContainer(definition, containerName);
      return {
        colour: colourOf(resources, targetGroupArn, service.name),
        targetGroupArn,
        image: container.image,
        stopTimeoutSeconds: container.stopTimeout,
        environment: Object.fromEntries(container.environment.map(({ name, value }) => [name, value])),
      };
    });
}

function readContainer(definition: PlannedResource, name: string): z.output<typeof containers>[number] {
  const all = containers.parse(JSON.parse(String(definition.inputs["containerDefinitions"])));
  const container = all.find((candidate) => candidate.name === name);
  if (container === undefined) throw new Error(`${definition.name} has no container "${name}".`);
  return container;
}

function colourOf(resources: readonly PlannedResource[], targetGroupArn: string, service: string): Colour {
  const group = resources.find(({ outputs }) => outputs["arn"] === targetGroupArn);
  return colourOfName(group?.name ?? service);
}

/** The colour that a logical name such as `portal-production-blue` ends with. */
export function colourOfName(name: string): Colour {
  const found = colours.find((colour) => name.endsWith(`-${colour}`));
  if (found === undefined) throw new Error(`"${name}" ends with no colour.`);
  return found;
}
