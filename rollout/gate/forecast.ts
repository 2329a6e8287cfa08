import type { Step } from "../schedule.ts";
import { atLeastProbability } from "../statistics/binomial.ts";
import { requestsToShow } from "../statistics/rate-below.ts";
import { ShareAbove } from "../statistics/share-above.ts";
import { checkConfidence, checkThresholdPercent, defaultConfidence } from "./gate-input.ts";

/** Power where none is given. */
export const defaultPower = 0.8;

/** What a schedule is forecast from. */
export interface ForecastInput {
  readonly steps: readonly Step[];
  /** Public requests of both colours in an hour. */
  readonly requestsPerHour: number;
  /** `alerts.errorRatePercent` of config (guide A1). */
  readonly errorRatePercent: number;
  /** Of each one-sided bound. Default 0.95. */
  readonly confidence?: number | undefined;
  /** How probably a step is to fail at the rate that it is said to detect. Above 0 and below 1; default 0.8. */
  readonly power?: number | undefined;
}

/** What one step can show at today's traffic. */
export interface StepForecast extends Step {
  /** Whole requests that reach the candidate during the bake. */
  readonly candidateRequests: number;
  /** Least number of errors in them for which the gate fails; absent where not even every one failing would do. */
  readonly errorsToFail: number | undefined;
  /** Smallest true error rate at which the gate fails with the given power; absent as above. */
  readonly detectableRatePercent: number | undefined;
  /** Whether the gate can pass on these requests, if none of them fails. */
  readonly canPass: boolean;
  /** Requests without an error that the gate passes on. */
  readonly requestsToPass: number;
  /** The bake in which so many come, whole seconds; absent without traffic. */
  readonly bakeSecondsToPass: number | undefined;
}

/**
 * What each step of a schedule can detect, said before it is taken: 5 % of little traffic for 2 hours may be thirty
 * requests. It takes the traffic as even; its swings within a day are the caller's to average.
 *
 * @throws {RangeError} when a number is out of its range
 */
export function forecastSteps(input: ForecastInput): readonly StepForecast[] {
  const { steps, requestsPerHour, errorRatePercent, confidence = defaultConfidence, power = defaultPower } = input;
  checkThresholdPercent(errorRatePercent);
  checkConfidence(confidence);
  if (!(power > 0 && power < 1)) {
    throw new RangeError(`power is ${power}; it lies above 0 and below 1: write one such as 0.8.`);
  }
  if (!(Number.isFinite(requestsPerHour) && requestsPerHour >= 0)) {
    throw new RangeError(`requestsPerHour is ${requestsPerHour}; it is a number from 0.`);
  }
  const requestsToPass = requestsToShow(errorRatePercent / 100, 0, confidence);
  return steps.map((step) => {
    const candidateRequests = requestsWithin(step.bakeSeconds, step, requestsPerHour);
    const errorsToFail = criticalErrors(candidateRequests, step.bakeSeconds / 60, errorRatePercent / 100, confidence);
    return {
      ...step,
      candidateRequests,
      errorsToFail,
      detectableRatePercent:
        errorsToFail === undefined ? undefined : 100 * detectableRate(candidateRequests, errorsToFail, power),
      canPass: candidateRequests >= requestsToPass,
      requestsToPass,
      bakeSecondsToPass: bakeSecondsFor(requestsToPass, step, requestsPerHour),
    };
  });
}

function requestsWithin(seconds: number, { weightPercent }: Step, requestsPerHour: number): number {
  return Math.floor((requestsPerHour * weightPercent * seconds) / 360_000);
}

function bakeSecondsFor(requests: number, step: Step, requestsPerHour: number): number | undefined {
  const hundredthsPerHour = requestsPerHour * step.weightPercent;
  if (hundredthsPerHour === 0) return undefined;
  const seconds = Math.ceil((requests * 360_000) / hundredthsPerHour);
  // Rounding of the quotient may leave it one request short.
  return requestsWithin(seconds, step, requestsPerHour) >= requests ? seconds : seconds + 1;
}

/** The smallest count that the gate fails on, if requests come evenly by the minute and errors evenly among them. */
function criticalErrors(requests: number, bakeMinutes: number, rate: number, confidence: number): number | undefined {
  // Minutes without a request tell nothing.
  const minutes = Math.max(1, Math.min(requests, Math.floor(bakeMinutes)));
  const fails = (errors: number) => {
    const bets = new ShareAbove();
    bets.beginStep();
    let [asked, failed] = [0, 0];
    for (let minute = 1; minute <= minutes; minute++) {
      const [askedBefore, failedBefore] = [asked, failed];
      asked = Math.floor((minute * requests) / minutes);
      failed = Math.floor((asked * errors) / requests);
      if (asked > askedBefore) bets.count((failed - failedBefore) / (asked - askedBefore), rate);
    }
    return bets.largest >= 1 / (1 - confidence);
  };
  if (requests === 0 || !fails(requests)) return undefined;
  let tooFew = 0;
  let enough = requests;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (fails(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** By bisection: the more often requests fail, the more probable so many errors are. */
function detectableRate(requests: number, errors: number, power: number): number {
  let low = 0;
  let high = 1;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (atLeastProbability(requests, errors, middle) < power) low = middle;
    else high = middle;
  }
  return high;
}
