import { BetsAgainst, type Charge, chargeParts } from "../../rollout/gate/evidence-against.ts";
import type { Period } from "../../rollout/gate/step-counts.ts";
import { slowerThanSeconds } from "../../rollout/measurements.ts";
import { PoissonTable } from "../../rollout/simulation/random.ts";
import { clopperPearson } from "../../rollout/statistics/binomial.ts";
import { type Draws, seededDraws } from "./draws.ts";
import { steps } from "./rollouts.ts";

/** A kind of rollout whose release is good: like live, and not above the threshold. */
export interface GoodCell {
  readonly requestsPerHour: number;
  /** Share of either colour's requests that fail, per cent. */
  readonly failPercent: number;
  /**
   * What goes wrong does so together: in one minute of fifty all of it ten times as often, in both colours; what fails is late;
   * and a client sends what failed or was refused twice on average, to one colour within the minute.
   */
  readonly together: boolean;
}

/** How often the gate refuses it falsely. */
export interface GoodResult extends GoodCell {
  readonly rollouts: number;
  /** Shares of rollouts in which a look had refused by the end of each step. */
  readonly by5: number;
  readonly by25: number;
  readonly by50: number;
  readonly by100: number;
  /** The upper bound of the last share's exact interval of 95 %. */
  readonly atMost: number;
  /** Shares of rollouts in which the last look that refuses names each charge. */
  readonly rate: number;
  readonly errors: number;
  readonly refused: number;
  readonly late: number;
  readonly unanswered: number;
}

/** Guide A1's threshold. A rate just below it is the hardest that is still good. */
const thresholdPercent = 1;
const gateAlpha = 0.05;

export const goodReleaseCells: readonly GoodCell[] = [40, 300, 3000].flatMap((requestsPerHour) =>
  [0.2, 0.99].flatMap((failPercent) => [false, true].map((together) => ({ requestsPerHour, failPercent, together }))),
);

const charges = Object.keys(chargeParts) as readonly Charge[];

/** Simulates whole rollouts of one cell with a look after every minute. The same seed gives the same. */
export function simulateFalseObjections(cell: GoodCell, rollouts: number, seed: number): GoodResult {
  const minutes = new GoodMinutes(cell, seededDraws(seed));
  const refusedBy = steps.map(() => 0);
  const named = { rate: 0, errors: 0, refused: 0, late: 0, unanswered: 0 };
  for (let rollout = 0; rollout < rollouts; rollout++) {
    const bets = new BetsAgainst(thresholdPercent, slowerThanSeconds.length);
    for (const [index, { weightPercent, bakeSeconds }] of steps.entries()) {
      bets.countStep(weightPercent, minutes.draw(weightPercent / 100, bakeSeconds / 60));
      if (bets.most.all >= 1 / gateAlpha) refusedBy[index] = (refusedBy[index] ?? 0) + 1;
    }
    const { all, of } = bets.most;
    if (all < 1 / gateAlpha) continue;
    for (const charge of charges) if (of[charge] >= 1 / gateAlpha) named[charge] += 1;
  }
  const share = (times = 0) => times / rollouts;
  return {
    ...cell,
    rollouts,
    by5: share(refusedBy[0]),
    by25: share(refusedBy[1]),
    by50: share(refusedBy[2]),
    by100: share(refusedBy[3]),
    atMost: clopperPearson(refusedBy[3] ?? 0, rollouts, 0.95).upper,
    rate: share(named.rate),
    errors: share(named.errors),
    refused: share(named.refused),
    late: share(named.late),
    unanswered: share(named.unanswered),
  };
}

/** What can become of a request, beside being answered well. */
type Mishap = "failed" | "unanswered" | "refused" | "late";

/** Of the failures, how many no task answered. */
const unansweredPart = 0.3;
/** Shares of all requests that are answered 4xx, and that take longer than 2 s, between 0.5 s and 2 s, and 0.125 s and 0.5 s. */
const refusedShare = 0.03;
const lateShares = [0.01, 0.04, 0.15] as const;

/** In bad minutes, which are one of fifty, so many times as much goes wrong. */
const badMinutes = { share: 0.02, times: 10 };
/** How often a client sends what failed or was refused, on average, where things go wrong together. */
const sendsTogether = 2;

/** Draws the minutes of two colours that are alike. */
class GoodMinutes {
  readonly #draws: Draws;
  readonly #together: boolean;
  /** Requests of both colours that go well, and those that do not fail. */
  readonly #perMinute: { readonly well: number; readonly notFailed: number };
  /** Of one colour by its share of the requests: those that go well; at 100 % those that do not fail. */
  readonly #well = new Map<number, PoissonTable>();
  /** Of both colours in a minute, what goes wrong in usual minutes and in bad ones. */
  readonly #mishaps: readonly { readonly mishap: Mishap; readonly slow: number; readonly counts: PoissonTable[] }[];

  constructor({ requestsPerHour, failPercent, together }: GoodCell, draws: Draws) {
    this.#draws = draws;
    this.#together = together;
    const perMinute = requestsPerHour / 60;
    const fails = failPercent / 100;
    const slowLimits = slowerThanSeconds.length;
    const mishaps: readonly { mishap: Mishap; slow: number; share: number }[] = [
      { mishap: "failed", slow: together ? slowLimits : 0, share: fails * (1 - unansweredPart) },
      { mishap: "unanswered", slow: 0, share: fails * unansweredPart },
      { mishap: "refused", slow: 0, share: refusedShare },
      // Slower than the first of the limits is slower than all of them.
      ...lateShares.map((share, index) => ({ mishap: "late" as const, slow: slowLimits - index, share })),
    ];
    // The stated shares hold on average, over usual minutes and bad ones and with all sends.
    const usual = together ? 1 / (1 - badMinutes.share + badMinutes.share * badMinutes.times) : 1;
    this.#mishaps = mishaps.map(({ mishap, slow, share }) => {
      const tries = (share * usual) / (together && mishap !== "late" ? sendsTogether : 1);
      return {
        mishap,
        slow,
        counts: [1, badMinutes.times].map((times) => new PoissonTable(perMinute * tries * times)),
      };
    });
    const wrong = mishaps.reduce((sum, { share }) => sum + share, 0);
    this.#perMinute = { well: perMinute * (1 - wrong), notFailed: perMinute * (1 - fails) };
  }

  /** @param weight the candidate's share of the tries, from 0 to 1 */
  draw(weight: number, minutes: number): readonly Period[] {
    return Array.from({ length: minutes }, () => this.#minute(weight));
  }

  #minute(weight: number): Period {
    const draws = this.#draws;
    const candidate = minuteOf(this.#wellOf(weight));
    const live = minuteOf(this.#wellOf(1 - weight));
    const bad = this.#together && draws.uniform() < badMinutes.share ? 1 : 0;
    for (const { mishap, slow, counts } of this.#mishaps) {
      // At 100 % nothing is compared, and only what fails is counted.
      if (weight === 1 && (mishap === "refused" || mishap === "late")) break;
      const repeats = this.#together && mishap !== "late";
      for (let tries = counts[bad]?.at(draws.uniform()) ?? 0; tries > 0; tries--) {
        add(draws.uniform() < weight ? candidate : live, mishap, repeats ? draws.sends(sendsTogether) : 1, slow);
      }
    }
    const byBalancer = candidate.requests - candidate.answered + live.requests - live.answered;
    candidate.byBalancer = live.byBalancer = byBalancer;
    return { candidate, live };
  }

  #wellOf(share: number): number {
    if (share === 0) return 0;
    let table = this.#well.get(share);
    if (table === undefined) {
      table = new PoissonTable(share === 1 ? this.#perMinute.notFailed : this.#perMinute.well * share);
      this.#well.set(share, table);
    }
    return table.at(this.#draws.uniform());
  }
}

interface MutablePeriod {
  requests: number;
  answered: number;
  failed: number;
  refused: number;
  byBalancer: number;
  readonly slow: [number, number, number];
}

function minuteOf(well: number): MutablePeriod {
  return { requests: well, answered: well, failed: 0, refused: 0, byBalancer: 0, slow: [0, 0, 0] };
}

function add(colour: MutablePeriod, mishap: Mishap, sends: number, slow: number): void {
  colour.requests += sends;
  if (mishap !== "unanswered") colour.answered += sends;
  if (mishap === "failed") colour.failed += sends;
  if (mishap === "refused") colour.refused += sends;
  // The limits are from the longest to the shortest: what is slower than a few of them is slower than the last few.
  for (let limit = 3 - slow; limit < 3; limit++) colour.slow[limit as 0 | 1 | 2] += sends;
}
