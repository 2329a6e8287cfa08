/** How many requests were answered, and how many of them with a server error. Whole numbers. */
export interface RequestCounts {
  readonly requests: number;
  readonly errors: number;
}

/** A value of the candidate and the same of the live colour, over the same time. */
export interface Compared<T> {
  readonly candidate: T;
  readonly live: T;
}

/** How long one colour took to answer since the step began; absent where CloudWatch has no value. Milliseconds. */
export interface ResponseTimes {
  readonly averageMilliseconds?: number | undefined;
  readonly p95Milliseconds?: number | undefined;
}

/** The states of a CloudWatch alarm. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** The state of an alarm that should be there. */
export type WatchedAlarmState = AlarmState | "MISSING";

/** Whether the tasks that run now can carry what the next step brings. */
export interface CapacityInput {
  /** Targets that the load balancer finds healthy, by role. */
  readonly healthyTasks: Compared<number>;
  /** `api.minTasks` of config. */
  readonly minTasks: number;
  /** Per cent of public traffic that the candidate has now. */
  readonly weightPercent: number;
  /** Per cent that the next step gives it; 100 where the next is to promote. */
  readonly nextWeightPercent: number;
  /** Requests of both colours in a minute, now. */
  readonly requestsPerMinuteTotal: number;
  /**
   * Most requests a minute that one task has been seen to carry well, for instance when the live colour had all the
   * traffic. Absent: what a live task carries now, which asks for too much where live runs more tasks than it needs.
   */
  readonly provenRequestsPerMinutePerTask?: number | undefined;
}

/** Everything that a gate judges, gathered by the caller for the time since the step began. */
export interface GateInput {
  readonly counts: Compared<RequestCounts>;
  readonly responseTimes: Compared<ResponseTimes>;
  /** `errorRatePercent` and `responseTimeSeconds` of `alerts` in config (guide A1, A2). */
  readonly thresholds: {
    readonly errorRatePercent: number;
    readonly responseTimeSeconds: number;
    /** Of each one-sided bound. Default 0.95. */
    readonly confidence?: number | undefined;
  };
  /** State by alarm name: every alarm that speaks for the candidate. */
  readonly alarms: Readonly<Record<string, WatchedAlarmState>>;
  readonly capacity: CapacityInput;
}

/** Confidence of a bound where none is given. */
export const defaultConfidence = 0.95;

/**
 * Refuses numbers that cannot be, since a comparison with NaN would let them through.
 *
 * @throws {RangeError} naming the number, its value and the rule
 */
export function checkGateInput({ counts, responseTimes, thresholds, capacity }: GateInput): void {
  checkThresholdPercent(thresholds.errorRatePercent);
  checkConfidence(thresholds.confidence ?? defaultConfidence);
  checkNumber("responseTimeSeconds", thresholds.responseTimeSeconds);
  for (const role of ["candidate", "live"] as const) {
    const { requests, errors } = counts[role];
    checkWhole(`counts.${role}.requests`, requests);
    checkWhole(`counts.${role}.errors`, errors);
    if (errors > requests) {
      throw new RangeError(
        `counts.${role} has ${errors} errors in ${requests} requests; errors are a part of the requests. Read both again for one same time.`,
      );
    }
    const { averageMilliseconds = 0, p95Milliseconds = 0 } = responseTimes[role];
    checkNumber(`responseTimes.${role}.averageMilliseconds`, averageMilliseconds);
    checkNumber(`responseTimes.${role}.p95Milliseconds`, p95Milliseconds);
    checkWhole(`capacity.healthyTasks.${role}`, capacity.healthyTasks[role]);
  }
  checkWhole("capacity.minTasks", capacity.minTasks);
  checkNumber("capacity.requestsPerMinuteTotal", capacity.requestsPerMinuteTotal);
  checkNumber("capacity.provenRequestsPerMinutePerTask", capacity.provenRequestsPerMinutePerTask ?? 0);
  checkWeight("capacity.weightPercent", capacity.weightPercent);
  checkWeight("capacity.nextWeightPercent", capacity.nextWeightPercent);
}

function checkNumber(name: string, value: number): void {
  if (!(Number.isFinite(value) && value >= 0)) throw new RangeError(`${name} is ${value}; it is a number from 0.`);
}

function checkWhole(name: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 0)) {
    throw new RangeError(`${name} is ${value}; it is a whole number from 0.`);
  }
}

function checkWeight(name: string, value: number): void {
  if (!(value >= 0 && value <= 100)) throw new RangeError(`${name} is ${value}; it is per cent, from 0 to 100.`);
}

/**
 * Checks the confidence of a one-sided bound.
 *
 * @throws {RangeError} naming the value and the rule
 */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0.5 && confidence < 1)) {
    throw new RangeError(`confidence is ${confidence}; it lies above 0.5 and below 1: write one such as 0.95.`);
  }
}

/**
 * Checks an error rate's threshold.
 *
 * @throws {RangeError} naming the value and the rule
 */
export function checkThresholdPercent(errorRatePercent: number): void {
  if (!(errorRatePercent > 0 && errorRatePercent <= 100)) {
    throw new RangeError(
      `errorRatePercent is ${errorRatePercent}; it lies above 0 and is at most 100: write one such as 1.`,
    );
  }
}
