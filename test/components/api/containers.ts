import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly [property: string]: unknown;
}

/** The one container of a planned task definition. */
export function containerOf(taskDefinition: PlannedResource): Container {
  const containers: readonly Container[] = JSON.parse(String(taskDefinition.inputs["containerDefinitions"]));
  const [container] = containers;
  if (container === undefined || containers.length > 1)
    throw new Error(`Expected one container, got ${containers.length}.`);
  return container;
}

/** A container's environment by name. */
export function environmentOf(container: Container): Readonly<Record<string, string>> {
  return Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
}
