import { exposureBudget } from "../exposure-budget.ts";
import { planRollbackTest, rollbackDelayMinutes } from "../rollback-test/rollback-test.ts";
import { RollbackWatch } from "../rollback-test/rollback-watch.ts";
import type { Step } from "../schedule.ts";
import { looksAtBakeEnds, type TimeToPass, timeToPass } from "../simulation/bake-looks.ts";
import { seededDraws } from "../simulation/random.ts";
import type { RolloutToSimulate, Way } from "../simulation/simulate-rollout.ts";
import { SimulatedGates } from "../simulation/simulated-gates.ts";
import { type CostAtRate, costAtRate, requestsIn, worstCost } from "../simulation/step-cost.ts";
import { evenTraffic } from "../simulation/traffic.ts";
import { highestRateLeftOpen, requestsToShow } from "../statistics/rate-below.ts";
import { memoryAfter, toCost } from "./exposure.ts";
import { checkConfidence, checkThresholdPercent, defaultConfidence } from "./gate-input.ts";

/** Probability that counts as probable enough, where none is given. */
export const defaultPower = 0.8;

/** True error rates that the harm table tells of, per cent. */
export const harmRatesPercent = [1, 2, 5, 10, 20, 50, 100] as const;

/** Enough for a probability to 3 per cent. */
const defaultRuns = 600;

/** What a schedule is forecast from. */
export interface ForecastInput {
  readonly steps: readonly Step[];
  /** Public requests of both colours in an hour. */
  readonly requestsPerHour: number;
  /** The error rate that live has and a good candidate too, per cent. */
  readonly liveErrorRatePercent: number;
  /** `alerts.errorRatePercent` of config (guide A1). */
  readonly errorRatePercent: number;
  /** `objectives.errorRatePercent` of config (guide C3). */
  readonly objectivePercent: number;
  /** `alerts.minimumErrors` of config. */
  readonly minimumFailingMinutes: number;
  /** `rollout.exposure.failedRequests` of config. */
  readonly mostFailedRequests?: number | undefined;
  /** Of the gate. Default 0.95. */
  readonly confidence?: number | undefined;
  /** What counts as probable enough, above 0 and below 1. Default {@link defaultPower}. */
  readonly power?: number | undefined;
  /** Rollouts that are simulated for each probability. Default {@link defaultRuns}. */
  readonly runs?: number | undefined;
}

/** What one step can show at today's traffic, and what it can cost. */
export interface StepForecast extends Step, TimeToPass {
  /** Whole requests that reach the candidate during the bake. */
  readonly candidateRequests: number;
  /** The error rate that is shown if none of the requests fails, in this step and those before it, per cent. */
  readonly shownPercent: number;
  /** The lowest rate of the harm table that is taken back within the bake with the given power. */
  readonly takenBack: CostAtRate | undefined;
  /** What the bake costs at the worst of all error rates. */
  readonly worst: CostAtRate;
  /** Whether that is within the budget, so that the step may be taken whatever the evidence is. */
  readonly isWithinBudget: boolean;
  /** Probability that the gate passes when the bake is over, by each way, for a candidate that fails as often as live. */
  readonly passes: Readonly<Record<Way, number>>;
  /** By true error rate: probability of a return within the bake, and what fails. */
  readonly harm: readonly CostAtRate[];
}

/** What can be said of a rollout beforehand. */
export interface RolloutForecast {
  readonly budgetRequests: number;
  /** Requests without an error that show the threshold. */
  readonly requestsToPass: number;
  /** Probability that every step passes when its bake is over. */
  readonly allPass: number;
  readonly steps: readonly StepForecast[];
}

/**
 * What each step of a schedule can show and cost, said before it is taken. It runs the gate and the planned return on simulated
 * rollouts. The traffic is even, and each request fails by itself.
 *
 * @throws {RangeError} when a number is out of its range
 */
export function forecastRollout(input: ForecastInput): RolloutForecast {
  checkForecast(input);
  const { steps, requestsPerHour, errorRatePercent, objectivePercent, minimumFailingMinutes } = input;
  const { confidence = defaultConfidence, power = defaultPower, runs = defaultRuns } = input;
  const budgetRequests = exposureBudget(input);
  const rollbackTest = planRollbackTest({ objectivePercent, errorRatePercent, minimumFailingMinutes, steps });
  const rate = input.liveErrorRatePercent / 100;
  const busiestRequestsPerHour = () => requestsPerHour;
  const gates = new SimulatedGates({
    steps,
    busiestRequestsPerHour,
    errorRatePercent,
    confidence,
    budgetRequests,
    liveFailureRate: rate,
    rollbackTest,
  });
  const rollout: RolloutToSimulate = {
    steps,
    traffic: { kind: evenTraffic, requestsPerHour, failureRate: rate, liveFailureRate: rate },
    startGate: () => gates.start(),
    startWatch: () => new RollbackWatch(rollbackTest),
    rollbackDelayMinutes,
  };
  const looks = looksAtBakeEnds(rollout, runs, seededDraws(1));
  return {
    budgetRequests,
    requestsToPass: requestsToShow(errorRatePercent / 100, 0, confidence),
    allPass: shareOf(looks, (ways) => ways.every((way) => way !== undefined)),
    steps: steps.map((step, index) => {
      const before = steps.slice(0, index);
      const memory = memoryAfter(before, requestsPerHour, rollbackTest, rate);
      const costed = toCost({ step, requestsPerHour, rollbackTest, memory });
      const harm = harmRatesPercent.map((percent) => costAtRate(costed, percent / 100, harmRuns(step, runs)));
      const worst = worstCost(costed, 1);
      const passes = {
        threshold: shareOf(looks, (ways) => ways[index] === "threshold"),
        exposure: shareOf(looks, (ways) => ways[index] === "exposure"),
      };
      const candidateRequests = Math.floor(requestsIn(step, requestsPerHour));
      const shown = Math.floor([...before, step].reduce((sum, one) => sum + requestsIn(one, requestsPerHour), 0));
      return {
        ...step,
        candidateRequests,
        shownPercent: 100 * highestRateLeftOpen({ requests: shown, errors: 0 }, confidence),
        takenBack: harm.find(({ rolledBackShare }) => rolledBackShare >= power),
        worst,
        isWithinBudget: worst.failedRequests95 <= budgetRequests,
        passes,
        ...(passes.threshold + passes.exposure >= power
          ? { bakeSecondsToPass: step.bakeSeconds, askedSecondsToPass: step.bakeSeconds }
          : timeToPass({ ...rollout, steps: [...before, step] }, power, Math.ceil(runs / 4), seededDraws(2))),
        harm,
      };
    }),
  };
}

function checkForecast({ requestsPerHour, liveErrorRatePercent, ...input }: ForecastInput): void {
  const { errorRatePercent, confidence = defaultConfidence, power = defaultPower } = input;
  checkThresholdPercent(errorRatePercent);
  checkConfidence(confidence);
  if (!(power > 0 && power < 1)) {
    throw new RangeError(`power is ${power}; it lies above 0 and below 1: write one such as 0.8.`);
  }
  if (!(Number.isFinite(requestsPerHour) && requestsPerHour >= 0)) {
    throw new RangeError(`requestsPerHour is ${requestsPerHour}; it is a number from 0.`);
  }
  if (!(liveErrorRatePercent >= 0 && liveErrorRatePercent <= 100)) {
    throw new RangeError(`liveErrorRatePercent is ${liveErrorRatePercent}; it is per cent, from 0 to 100.`);
  }
}

/** Long bakes differ less from each other, so that fewer of them tell as much. */
function harmRuns({ bakeSeconds }: Step, runs: number): number {
  return bakeSeconds > 24 * 3600 ? Math.ceil(runs / 3) : runs;
}

function shareOf<T>(all: readonly T[], has: (one: T) => boolean): number {
  return all.filter(has).length / all.length;
}
