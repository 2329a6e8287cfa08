/**
 * The odds that are bet on, as multiples of the allowed share's odds: how many times as often as allowed it happens. Three
 * are enough, since a bet on a neighbour grows nearly as fast, and fewer bets leave more for each.
 */
const oddsRatios = [2.5, 6, 25] as const;

/**
 * What is staked on the beginning of a rollout. The rest is kept for bets that begin with a later step, half of it for the
 * next and so on: a release may fail only under more load, and what went well before must not hide that for long.
 */
const firstStake = 0.9;

/** Far above every decision. A bet that has grown so much is not let grow further, so that no number overflows. */
const ceiling = 1e200;

/**
 * Bets that a share lies above what is allowed, placed time after time and never taken back.
 *
 * Each period of time, such as a minute, has one share from 0 to 1: of its requests, how many failed; or of the failures of
 * both colours in it, how many were the candidate's. All that is assumed is that the share is not expected to be above the
 * allowed one, whatever happened before. Within a period anything may hang together: a client that sends a failing request
 * ten times in a minute moves that minute's share and no other. So a period counts at most as one failure.
 *
 * The bets start at 1 altogether. While the share is as allowed they cannot be expected to grow, and so the probability
 * that they ever reach `1 / alpha`, at whichever of any number of looks, is at most `alpha` (Ville's inequality).
 * {@link largest} is therefore as good as {@link now}: had somebody looked at that time, it would have been seen.
 *
 * @see I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting", Journal of the Royal
 *   Statistical Society B 86 (2024): the bet on a mean of values from 0 to 1
 * @see J. Przyborowski, H. Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31
 *   (1940): given that something failed, it was the candidate with its share of the requests
 * @see R. Turner, A. Ly, P. Grünwald, "Generic E-variables for exact sequential k-sample tests that allow for optional
 *   stopping", Journal of Statistical Planning and Inference 230 (2024)
 */
export class ShareAbove {
  readonly #bets: number[] = [];
  /** What is not staked yet. */
  #kept = 1;
  #now = 1;
  #largest = 1;

  /** By which factor the bets have grown. */
  get now(): number {
    return this.#now;
  }

  /** The largest factor that they had after any period. */
  get largest(): number {
    return this.#largest;
  }

  /** A step begins. Call it before the first period, and again where something new may make the share rise. */
  beginStep(): void {
    const stake = this.#bets.length === 0 ? firstStake : this.#kept / 2;
    this.#kept -= stake;
    for (const _ of oddsRatios) this.#bets.push(stake / oddsRatios.length);
  }

  /**
   * Counts periods of one share.
   *
   * @param share from 0 to 1
   * @param allowed from 0 to 1; at 0 and 1 nothing can be bet
   * @param periods how many of them follow each other, a whole number
   */
  count(share: number, allowed: number, periods = 1): void {
    if (allowed <= 0 || allowed >= 1 || periods === 0) return;
    let sum = this.#kept;
    for (let index = 0; index < this.#bets.length; index++) {
      const ratio = oddsRatios[index % oddsRatios.length] ?? 1;
      // Of the share that is bet on: q / allowed, and (1 - q) / (1 - allowed).
      const less = 1 / (1 - allowed + ratio * allowed);
      const factor = share * ratio * less + (1 - share) * less;
      const grown = Math.min(ceiling, (this.#bets[index] ?? 0) * (periods === 1 ? factor : factor ** periods));
      this.#bets[index] = grown;
      sum += grown;
    }
    this.#now = sum;
    if (sum > this.#largest) this.#largest = sum;
  }
}
