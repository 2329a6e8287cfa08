import type { Step } from "../schedule.ts";
import { seededDraws } from "./random.ts";
import type { WatchOfRollout } from "./simulate-rollout.ts";
import { evenTraffic, TrafficMinutes } from "./traffic.ts";

/** A step that may be taken, and what would take it back. */
export interface StepToCost {
  readonly step: Pick<Step, "weightPercent" | "bakeSeconds">;
  /** Public requests of both colours in an hour while the step bakes. */
  readonly requestsPerHour: number;
  /** Live's error rate, from 0 to 1. */
  readonly liveFailureRate: number;
  /** The planned return, as it stands when the step begins. */
  readonly startWatch: () => WatchOfRollout;
  /** From the end of the minute that decides until the traffic is back. */
  readonly rollbackDelayMinutes: number;
}

/** What a step's bake costs where the candidate fails at one rate. */
export interface CostAtRate {
  /** From 0 to 1. */
  readonly failureRate: number;
  /** In 19 of 20 simulated bakes at most so many of the candidate's public requests fail. */
  readonly failedRequests95: number;
  readonly meanFailedRequests: number;
  /** Share of the bakes in which the traffic was returned before the end. */
  readonly rolledBackShare: number;
  /** Half of those took at most so many minutes until the traffic was back; undefined where none was returned. */
  readonly medianMinutesToRollback: number | undefined;
}

/** Bakes that are simulated for each rate: enough for a 95th percentile, and fewer of the long ones, which differ less. */
function runsFor({ step }: StepToCost): number {
  return Math.max(150, Math.min(250, Math.floor(150_000 / (step.bakeSeconds / 60))));
}

/**
 * Runs the planned return on simulated bakes of a step in which each request of the candidate fails with the same
 * probability. The traffic is even. The same question has the same answer: the draws are seeded.
 *
 * @param failureRate from 0 to 1
 * @param runs how many bakes are simulated
 */
export function costAtRate(toCost: StepToCost, failureRate: number, runs = runsFor(toCost)): CostAtRate {
  const { step, requestsPerHour, liveFailureRate, startWatch, rollbackDelayMinutes } = toCost;
  const bakeMinutes = Math.ceil(step.bakeSeconds / 60);
  const weight = step.weightPercent / 100;
  const traffic = { kind: evenTraffic, requestsPerHour, failureRate, liveFailureRate };
  const draws = seededDraws(95);
  const failed = new Float64Array(runs);
  const minutesToRollback: number[] = [];
  for (let run = 0; run < runs; run++) {
    const minutes = new TrafficMinutes(traffic, draws);
    const watch = startWatch();
    let failures = 0;
    let end = bakeMinutes;
    let from = 0;
    for (;;) {
      const found = minutes.next(from, end, weight);
      if (found === undefined) break;
      from = found.minute + 1;
      failures += found.failed;
      if (end === bakeMinutes && watch.add(found) !== undefined) {
        // Requests go on failing until the traffic has moved.
        end = from + rollbackDelayMinutes;
        minutesToRollback.push(end);
      }
    }
    failed[run] = failures;
  }
  failed.sort();
  minutesToRollback.sort((one, other) => one - other);
  return {
    failureRate,
    failedRequests95: failed[Math.ceil(0.95 * runs) - 1] ?? 0,
    meanFailedRequests: failed.reduce((sum, one) => sum + one, 0) / runs,
    rolledBackShare: minutesToRollback.length / runs,
    medianMinutesToRollback: minutesToRollback[Math.floor((minutesToRollback.length - 1) / 2)],
  };
}

/** The candidate's requests while a step bakes, on average. */
export function requestsIn({ weightPercent, bakeSeconds }: Step, requestsPerHour: number): number {
  return (requestsPerHour * weightPercent * bakeSeconds) / 360_000;
}

/** Neighbouring rates that are tried differ by this factor. */
const rateRatio = 1.4;

/** The lowest rate that is looked at: fewer failures than this cost nothing that counts. */
const lowestRate = 1e-4;

/**
 * The worst cost of a step's bake among the error rates from 0 to `highestRate`.
 *
 * The worst rate is seldom the highest: a release that fails every request is back within minutes. The rates are tried
 * from the highest down, until no lower one can cost more: without any return, a bake in which `n` failures are expected
 * has more than the Poisson distribution's 95th percentile in 1 of 20 cases.
 *
 * @param highestRate the worst error rate that the evidence leaves open, from 0 to 1
 * @param enough no further rate is tried once one costs more failed requests than this
 */
export function worstCost(toCost: StepToCost, highestRate: number, enough = Number.POSITIVE_INFINITY): CostAtRate {
  const { step, requestsPerHour } = toCost;
  const requests = requestsIn(step, requestsPerHour);
  let worst = costAtRate(toCost, Math.min(1, Math.max(highestRate, lowestRate)));
  for (let rate = worst.failureRate / rateRatio; rate >= lowestRate; rate /= rateRatio) {
    if (worst.failedRequests95 > enough || poisson95(requests * rate) <= worst.failedRequests95) break;
    const cost = costAtRate(toCost, rate);
    if (cost.failedRequests95 > worst.failedRequests95) worst = cost;
  }
  return worst;
}

/** The 95th percentile of the Poisson distribution; for a mean above 500 it is at most one more. */
export function poisson95(mean: number): number {
  // Normal approximation with the Cornish-Fisher correction beyond what a sum of terms can hold.
  if (mean > 500) return Math.ceil(mean + 1.645 * Math.sqrt(mean) + 0.5);
  let term = Math.exp(-mean);
  let below = term;
  let events = 0;
  while (below < 0.95) {
    events += 1;
    term *= mean / events;
    below += term;
  }
  return events;
}
