/** Draws that a seed repeats on every machine. */
export interface Draws {
  /** Above 0 and below 1. */
  uniform(): number;
  /** How many of `trials` succeed. */
  binomial(trials: number, probability: number): number;
  /** How often a client sends one request, at least once, with this mean. */
  sends(mean: number): number;
}

/**
 * A generator of draws by `sfc32`.
 *
 * @param seed a whole number; each gives another sequence
 * @see C. Doty-Humphrey, PractRand, sfc32
 */
export function seededDraws(seed: number): Draws {
  let a = seed >>> 0;
  let b = 0x6d2b79f5;
  let c = 0x9e3779b9;
  let counter = 1;
  const uniform = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return ((sum >>> 0) + 0.5) / 2 ** 32;
  };
  // The first draws of similar seeds are similar.
  for (let drawn = 0; drawn < 16; drawn++) uniform();
  return {
    uniform,
    binomial(trials, probability) {
      if (probability <= 0 || trials <= 0) return 0;
      if (probability >= 1) return trials;
      // Waiting times between successes: as many draws as there are successes.
      const rare = Math.min(probability, 1 - probability);
      const scale = Math.log1p(-rare);
      let successes = -1;
      let passed = 0;
      do {
        passed += Math.floor(Math.log(uniform()) / scale) + 1;
        successes += 1;
      } while (passed <= trials);
      return probability === rare ? successes : trials - successes;
    },
    sends(mean) {
      return mean <= 1 ? 1 : 1 + Math.floor(Math.log(uniform()) / Math.log1p(-1 / mean));
    },
  };
}
