import type { Colour } from "../../rollout/colour.ts";

/**
 * Name of a colour's ECS service. It is fixed, not generated, because alarms and dashboards name the service whether or
 * not the colour has an image just now.
 */
export function colourServiceName(name: string, colour: Colour): string {
  return `${name}-${colour}`;
}
