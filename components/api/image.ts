import { apiContainerName } from "./container-definition.ts";

const byDigest = /^[^\s@]+@(sha256:[0-9a-f]{64})$/;

/**
 * Passes an image that is named by digest.
 *
 * @throws {RangeError} for a tag, which can move under a running colour
 */
export function imageByDigest(image: string): string {
  if (!byDigest.test(image)) {
    throw new RangeError(
      `The image ${image} is not named by digest. A tag can move while traffic is on it: use <repository>@sha256:<digest>, as in docker image inspect --format '{{index .RepoDigests 0}}'.`,
    );
  }
  return image;
}

/** The digest of an image that is named by one. */
export function imageDigest(image: string): string {
  return imageByDigest(image).split("@")[1] ?? "";
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
