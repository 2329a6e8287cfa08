import type { WeightedTargetGroup } from "../routes.ts";

/**
 * Makes a generator of numbers from 0 up to 1 (mulberry32). The same seed gives the same numbers, so that a rehearsal can
 * be repeated.
 *
 * @param seed any whole number; its lowest 32 bits count
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Chooses one target group by weight. As on an Application Load Balancer, each request is drawn by itself, and a weight
 * counts relative to the sum of the weights.
 *
 * @param draw a random number from 0 up to 1
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
