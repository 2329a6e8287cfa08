import type { Colour } from "../../rollout/colour.ts";

import { type Routes, routeOf } from "../local/routes.ts";

/** Per cent of the public host's traffic that planned routes give a colour. */
export function plannedPercent(routes: Routes, colour: Colour): number {
  const { targetGroups } = routeOf(routes, "public");
  const total = targetGroups.reduce((sum, { weight }) => sum + weight, 0);
  const own = targetGroups
    .filter(({ arn }) => routes.targetGroups.find((group) => group.arn === arn)?.colour === colour)
    .reduce((sum, { weight }) => sum + weight, 0);
  return (own / total) * 100;
}
