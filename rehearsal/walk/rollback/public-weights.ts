import type { Colour } from "../../../rollout/colour.ts";
import { type Routes, routeOf } from "../../local/routes.ts";
import { plannedPercent } from "../planned-share.ts";

/** Whether the public route gives a colour nothing. */
export function hasNoTraffic(routes: Routes | undefined, colour: Colour): boolean {
  return routes !== undefined && plannedPercent(routes, colour) === 0;
}

/** The public route's weights, in the rule's own order: what config and AWS have to agree on. */
export function publicWeights(routes: Routes | undefined): string {
  if (routes === undefined) return "no routes";
  return routeOf(routes, "public")
    .targetGroups.map(({ arn, weight }) => `${nameOf(routes, arn)} ${weight}`)
    .join(", ");
}

function nameOf({ targetGroups }: Routes, arn: string): string {
  return targetGroups.find((group) => group.arn === arn)?.name ?? arn;
}
