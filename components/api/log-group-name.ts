import type { Colour } from "../../rollout/colour.ts";

/**
 * Name of a log group of the API, such as `/portal-production/api/green`: of a colour, or of the one-off tasks. It is
 * fixed, not generated, because people and commands look for it by name.
 */
export function apiLogGroupName(name: string, purpose: Colour | "one-off-tasks"): string {
  return `/${name}/api/${purpose}`;
}
