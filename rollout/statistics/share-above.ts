/**
 * How much larger than allowed the odds are that are bet on, as their ratio, once so much was seen: the sum of
 * `all * allowed * (1 - allowed)` of what was counted, with the period that is bet on.
 */
export type OddsRatio = (seen: number) => number;

/**
 * Three ratios, whatever was seen, for a share of which nobody knows how fast it will be seen. Three are enough, since a bet
 * on a neighbour grows nearly as fast, and fewer bets leave more for each.
 */
export const fixedOdds: readonly OddsRatio[] = [2.5, 6, 25].map((ratio) => () => ratio);

/**
 * One ratio that comes down as more is seen: few things that happened can show only a large difference, and many of them a
 * small one as well. One bet keeps the whole stake. The numbers are those by which simulated comparisons found most, beside
 * Fisher's exact test of the same error (`npm run simulate -- gate-against-live.csv`).
 *
 * @param atFirst what counts as seen before anything was, above 0. The smaller, the larger the first ratio: 1.7 makes it
 *   8.9, which suits what happens rarely, and 7.5 makes it 3.3
 */
export function narrowingOdds(atFirst: number): readonly OddsRatio[] {
  return [(seen) => Math.exp(2.7 / (seen + atFirst) ** 0.4)];
}

/**
 * What is staked on the beginning of a rollout. The rest is kept for bets that begin with a later step, half of it for the
 * next and so on: a release may fail only under more load, and what went well before must not hide that for long.
 */
const firstStake = 0.93;

/** Far above every decision. A bet that has grown so much is not let grow further, so that no number overflows. */
const ceiling = 1e200;

interface Bet {
  readonly oddsRatio: OddsRatio;
  seen: number;
  worth: number;
}

/**
 * Bets that a share lies above what is allowed, placed time after time and never taken back.
 *
 * Each period of time, such as a minute, has a number of things of which some are of the kind that is bet on: of the failures
 * of both colours, those of the candidate. All that is assumed is that these are not expected to be more than the allowed
 * share of them, whatever happened before. Within a period anything may hang together, as when one client sends a failing
 * request ten times: no period makes the bets grow by more than 1 divided by the allowed share. Where a period shall count as
 * one thing at most, its share is counted: so many of 1.
 *
 * The bets start at 1 altogether. While the share is as allowed they cannot be expected to grow, and so the probability
 * that they ever reach `1 / alpha`, at whichever of any number of looks, is at most `alpha` (Ville's inequality).
 *
 * @see I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting", Journal of the Royal
 *   Statistical Society B 86 (2024): the bet on a mean of values from 0 to 1
 * @see J. Przyborowski, H. Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31
 *   (1940): given that something failed, it was the candidate with its share of the requests
 * @see R. Turner, A. Ly, P. Grünwald, "Generic E-variables for exact sequential k-sample tests that allow for optional
 *   stopping", Journal of Statistical Planning and Inference 230 (2024)
 */
export class ShareAbove {
  readonly #oddsRatios: readonly OddsRatio[];
  readonly #bets: Bet[] = [];
  /** What is not staked yet. */
  #kept = 1;
  #now = 1;
  #largest = 1;

  constructor(oddsRatios: readonly OddsRatio[] = fixedOdds) {
    this.#oddsRatios = oddsRatios;
  }

  /** By which factor the bets have grown. */
  get now(): number {
    return this.#now;
  }

  /** The largest factor that they had after any period: had somebody looked at that time, it would have been seen. */
  get largest(): number {
    return this.#largest;
  }

  /** A step begins. Call it before the first period, and again where something new may make the share rise. */
  beginStep(): void {
    const stake = this.#bets.length === 0 ? firstStake : this.#kept / 2;
    this.#kept -= stake;
    for (const oddsRatio of this.#oddsRatios) {
      this.#bets.push({ oddsRatio, seen: 0, worth: stake / this.#oddsRatios.length });
    }
  }

  /**
   * Counts periods of which each had the same.
   *
   * @param happened how many were of the kind that is bet on, from 0 to `all`
   * @param all how many there were
   * @param allowed the share of the kind that is expected at most, from 0 to 1; at 0 and 1 nothing can be bet
   * @param periods how many of them follow each other, a whole number
   */
  count(happened: number, all: number, allowed: number, periods = 1): void {
    if (allowed <= 0 || allowed >= 1) return;
    const expected = all * allowed;
    let sum = this.#kept;
    for (const bet of this.#bets) {
      bet.seen += periods * expected * (1 - allowed);
      const more = bet.oddsRatio(bet.seen) - 1;
      const factor = (1 + more * happened) / (1 + more * expected);
      // Stryker disable next-line ConditionalExpression,EqualityOperator: a power of 1 is the same and takes longer
      bet.worth = Math.min(ceiling, bet.worth * (periods === 1 ? factor : factor ** periods));
      sum += bet.worth;
    }
    this.#now = sum;
    this.#largest = Math.max(this.#largest, sum);
  }
}
