import { apiContainerName } from "./container-definition.ts";

/**
 * What follows the `@` of `<repository>@sha256:…`. Config accepts no image without a digest, and a policy judges every
 * plan for it, so that nothing is refused here: an error inside an output names no resource and reads badly.
 */
export function digestOf(image: string): string {
  return image.slice(image.indexOf("@") + 1);
}

/**
 * Reads back which image a task definition runs.
 *
 * @param containerDefinitions the task definition's own `containerDefinitions`, as its provider returned them
 * @throws {Error} when the API's container is not in them
 */
export function imageOf(containerDefinitions: string): string {
  const containers: readonly { name?: unknown; image?: unknown }[] = JSON.parse(containerDefinitions);
  const image = containers.find(({ name }) => name === apiContainerName)?.image;
  if (typeof image !== "string") {
    throw new Error(
      `The task definition has no container ${apiContainerName} with an image; it has ${containers.map(({ name }) => String(name)).join(", ") || "none"}.`,
    );
  }
  return image;
}
