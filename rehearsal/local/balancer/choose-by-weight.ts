import type { WeightedTargetGroup } from "../routes.ts";

/**
 * Draws one target group by weight. Weights are relative to their sum, as on an Application Load Balancer.
 *
 * @param draw from 0 up to 1
 * @returns undefined when every weight is 0
 */
export function chooseByWeight(
  targetGroups: readonly WeightedTargetGroup[],
  draw: number,
): WeightedTargetGroup | undefined {
  const total = targetGroups.reduce((sum, { weight }) => sum + weight, 0);
  let left = draw * total;
  for (const group of targetGroups) {
    if (group.weight > 0 && left < group.weight) return group;
    left -= group.weight;
  }
  return undefined;
}
