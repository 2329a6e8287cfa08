import { drawBinomial, seededUniform } from "../../rollout/simulation/random.ts";

/** Draws that a seed repeats on every machine. */
export interface Draws {
  /** Above 0 and below 1. */
  uniform(): number;
  /** How many of `trials` succeed. */
  binomial(trials: number, probability: number): number;
  /** How often a client sends one request, at least once, with this mean. */
  sends(mean: number): number;
}

/** Keeps these draws apart from those of simulated rollouts with the same seed. */
const highSeed = 0x6d2b79f5;

/**
 * A seeded generator of draws.
 *
 * @param seed a whole number; each gives another sequence
 */
export function seededDraws(seed: number): Draws {
  const uniform = seededUniform(seed, highSeed);
  return {
    uniform,
    binomial: (trials, probability) => drawBinomial(trials, probability, uniform),
    sends(mean) {
      return mean <= 1 ? 1 : 1 + Math.floor(Math.log(uniform()) / Math.log1p(-1 / mean));
    },
  };
}
