import { chargeParts } from "../../rollout/gate/evidence-against.ts";
import { requestsToShow } from "../../rollout/statistics/rate-below.ts";
import { ShareAbove } from "../../rollout/statistics/share-above.ts";
import { type Draws, seededDraws } from "./draws.ts";

/** A cell of the table of false passes and false fails. */
export interface ErrorRateCell {
  /** True share of failing requests, per cent: those that a client sends again are among them. */
  readonly ratePercent: number;
  /** Requests of the candidate in each of the four steps. */
  readonly requestsPerStep: number;
  /** How often a client sends a request that fails, on average. */
  readonly sends: number;
}

/** What became of simulated rollouts, looked at after each period. */
export interface ErrorRateResult extends ErrorRateCell {
  readonly rollouts: number;
  /** Share of rollouts in which some look passed. */
  readonly passed: number;
  /** Share of rollouts in which some look failed by the threshold. */
  readonly failed: number;
}

/** Threshold of guide A1. */
const threshold = 0.01;
const confidence = 0.95;
const steps = 4;
/** Looks in a step: a period each. */
const mostPeriods = 120;

/** Every cell that the issue names, and clients that repeat what fails. */
export const errorRateCells: readonly ErrorRateCell[] = [
  ...[0.1, 0.5, 1.01, 2, 5, 20, 100].flatMap((ratePercent) =>
    [30, 300, 3000, 30_000].map((requestsPerStep) => ({ ratePercent, requestsPerStep, sends: 1 })),
  ),
  ...[1.5, 2, 3].flatMap((sends) =>
    [0.5, 0.99, 1.01, 3].flatMap((ratePercent) =>
      [300, 3000].map((requestsPerStep) => ({ ratePercent, requestsPerStep, sends })),
    ),
  ),
];

/** Simulates rollouts of one cell. The same seed gives the same. */
export function simulateErrorRate(cell: ErrorRateCell, rollouts: number, seed: number): ErrorRateResult {
  const draws = seededDraws(seed);
  let [passed, failed] = [0, 0];
  for (let rollout = 0; rollout < rollouts; rollout++) {
    const outcome = simulateRollout(cell, draws);
    if (outcome.passed) passed += 1;
    if (outcome.failed) failed += 1;
  }
  return { ...cell, rollouts, passed: passed / rollouts, failed: failed / rollouts };
}

function simulateRollout({ ratePercent, requestsPerStep, sends }: ErrorRateCell, draws: Draws) {
  const periods = Math.min(requestsPerStep, mostPeriods);
  const rate = ratePercent / 100;
  // Of `tries`, this share fails, so that with all sends the stated share of requests does.
  const failing = rate / (rate + (1 - rate) * sends);
  const bets = new ShareAbove();
  let [requests, errors] = [0, 0];
  let [passed, failed] = [false, false];
  for (let step = 0; step < steps && !(passed && failed); step++) {
    bets.beginStep();
    for (let period = 1; period <= periods; period++) {
      const asked =
        Math.floor((period * requestsPerStep) / periods) - Math.floor(((period - 1) * requestsPerStep) / periods);
      // With repeats there are fewer tries, so that the requests stay as many on average.
      const tries = sends === 1 ? asked : draws.binomial(asked, rate === 1 ? 1 / sends : 1 - rate + rate / sends);
      const failures = draws.binomial(tries, failing);
      let failedSends = failures;
      if (sends > 1) for (let failure = 0; failure < failures; failure++) failedSends += draws.sends(sends) - 1;
      const inPeriod = tries - failures + failedSends;
      requests += inPeriod;
      errors += failedSends;
      if (inPeriod > 0 && !failed) {
        bets.count(failedSends / inPeriod, 1, threshold);
        failed = bets.largest >= 1 / ((1 - confidence) * chargeParts.rate);
      }
      if (!passed && errors < threshold * requests) passed = requests >= requestsToPass(errors);
    }
  }
  return { passed, failed };
}

const toPass: number[] = [];

/** Computed once for each count of errors. */
function requestsToPass(errors: number): number {
  toPass[errors] ??= requestsToShow(threshold, errors, confidence);
  return toPass[errors] ?? 0;
}
