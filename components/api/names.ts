import type { Colour } from "../../rollout/colour.ts";
import type { OneOffTask } from "../../rollout/one-off-tasks.ts";

/** What runs from the API's image: the service of both colours, and each one-off task. */
export type ApiTask = "api" | OneOffTask;

/** Name of the container in every task definition. It is part of the name of every log stream. */
export const apiContainerName = "api";

/**
 * What every task runs on, as ECS and as an image's own config name it. A plain `docker build` makes images for it on most
 * machines and CI runners.
 */
export const taskPlatform = { cpuArchitecture: "X86_64", image: "linux/amd64" } as const;

/** Environment variable of the generated key that signs sessions and links (guide P2). Config may not set it. */
export const signingKeyName = "SECRET_KEY";

/** Environment variable of another key whose signatures are accepted, during a rotation. */
export const alsoAcceptedKeyName = "SECRET_KEY_ALSO_ACCEPTED";

/** Both. Config may set neither. */
export const signingKeyNames: readonly string[] = [signingKeyName, alsoAcceptedKeyName];

/**
 * Name of a colour's ECS service. It is fixed, because alarms and dashboards name the service even while the colour has no
 * image.
 */
export function colourServiceName(name: string, colour: Colour): string {
  return `${name}-${colour}`;
}

/**
 * Name of a log group of the API, such as `/portal-production/api/green`: of a colour, or of the one-off tasks. It is
 * fixed, because people and commands look for it by name.
 */
export function apiLogGroupName(name: string, purpose: Colour | "one-off-tasks"): string {
  return `/${name}/api/${purpose}`;
}
