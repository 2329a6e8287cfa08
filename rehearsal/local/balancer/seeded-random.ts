/**
 * A generator of numbers from 0 up to 1, the same for the same seed (mulberry32), so that a rehearsal can be repeated.
 * Requests are drawn one by one, as an Application Load Balancer draws them, and never dealt out evenly.
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
