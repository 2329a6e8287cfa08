import { byColour, type Colour } from "../../rollout/colour.ts";
import { percentOf, readTargetsByColour } from "../../rollout/split.ts";
import { type Routes, routeOf } from "../local/routes.ts";

/** Per cent of the public host's traffic that planned routes give a colour. */
export function plannedPercent(routes: Routes, colour: Colour): number {
  const arns = byColour((one) => routes.targetGroups.find((group) => group.colour === one)?.arn ?? "");
  const { weights } = readTargetsByColour(routeOf(routes, "public").targetGroups, arns);
  return percentOf(
    byColour((one) => weights[one] ?? 0),
    colour,
  );
}
