import { z } from "zod";
import { feedbackInputSchema } from "./feedback.ts";
import { guardrailInputSchema } from "./guardrails.ts";
import { stepCountsSchema } from "./step-counts.ts";
import { systemInputSchema } from "./system-figures.ts";

/** How many requests were answered, and how many of them with a server error. Whole numbers. */
const requestCounts = z.strictObject({ requests: z.int(), errors: z.int() }).readonly();

export type RequestCounts = z.output<typeof requestCounts>;

/** A value of the candidate and the same of the live colour, over the same time. */
export interface Compared<T> {
  readonly candidate: T;
  readonly live: T;
}

function compared<Value extends z.ZodType>(value: Value) {
  return z.strictObject({ candidate: value, live: value }).readonly();
}

/** How long one colour took to answer. Absent if CloudWatch has no value. Milliseconds. */
const responseTimes = z
  .strictObject({ averageMilliseconds: z.number().optional(), p95Milliseconds: z.number().optional() })
  .readonly();

export type ResponseTimes = z.output<typeof responseTimes>;

/** The state of an alarm that should be there: those of CloudWatch, or `MISSING`. */
const watchedAlarmState = z.enum(["OK", "ALARM", "INSUFFICIENT_DATA", "MISSING"]);

export type WatchedAlarmState = z.output<typeof watchedAlarmState>;

/** Whether the tasks that run now can carry what the next step brings. */
const capacityInput = z
  .strictObject({
    /** Targets that the load balancer finds healthy, by role. */
    healthyTasks: compared(z.int()),
    /** `api.minTasks` of config. */
    minTasks: z.int(),
    /** Per cent of public traffic that the candidate has now. */
    weightPercent: z.number(),
    /** Per cent that the next step gives it; 100 if the next move is to promote. */
    nextWeightPercent: z.number(),
    /** Requests of both colours in a minute, now. */
    requestsPerMinuteTotal: z.number(),
    /**
     * Most requests a minute that one task has been seen to carry well, for instance when the live colour had all the
     * traffic. Absent: what a live task carries now, which asks for too much if live runs more tasks than it needs.
     */
    provenRequestsPerMinutePerTask: z.number().optional(),
    /** Requests of both colours in a minute of the busiest hour of the last two weeks. Absent where there was none. */
    busiestRequestsPerMinute: z.number().optional(),
  })
  .readonly();

export type CapacityInput = z.output<typeof capacityInput>;

const plannedStep = z.strictObject({ weightPercent: z.number(), bakeSeconds: z.number() }).readonly();

/** What the exposure of a move to a further step is judged by: what the step may cost before the traffic is taken back. */
const exposureInput = z
  .strictObject({
    /** The step that the move goes to. */
    nextStep: plannedStep,
    /** Public requests of both colours in an hour, in the busiest time of two weeks that is as long as its bake. */
    requestsPerHour: z.number(),
    /** How many of the candidate's public requests may fail in the whole rollout. */
    budgetRequests: z.int(),
    /** What the automatic rollback follows from. */
    rollbackTest: z
      .strictObject({
        objectivePercent: z.number(),
        errorRatePercent: z.number(),
        minimumFailingMinutes: z.int(),
        steps: z.array(plannedStep).readonly(),
      })
      .readonly(),
  })
  .readonly();

export type ExposureInput = z.output<typeof exposureInput>;

/**
 * Everything that a gate judges, gathered by the caller. Evidence keeps it whole and
 * reads it by the same schema, so that a recorded verdict can be judged again.
 */
export const gateInputSchema = z
  .strictObject({
    /** Since the release's first public traffic, over all steps. */
    counts: compared(requestCounts),
    /** The same by step and period, oldest first. Absent in the evidence of older versions. */
    steps: z.array(stepCountsSchema).readonly().optional(),
    /** What both colours logged, and from when on it objects. Absent in the evidence of older versions. */
    guardrails: guardrailInputSchema.optional(),
    /** What database and tasks had to bear in the last step. Absent in the evidence of older versions. */
    system: systemInputSchema.optional(),
    /** What users say of the release. Absent where the config names no feedback, and in the evidence of older versions. */
    feedback: feedbackInputSchema.optional(),
    /** Of the last step. */
    responseTimes: compared(responseTimes),
    thresholds: z
      .strictObject({
        /** `alerts.errorRatePercent` of config (guide A1). */
        errorRatePercent: z.number(),
        /** `alerts.responseTimeSeconds` of config (guide A2). */
        responseTimeSeconds: z.number(),
        /** Of passing; and of failing by the threshold and all comparisons with live together. Default 0.95. */
        confidence: z.number().optional(),
      })
      .readonly(),
    /** State by alarm name: every alarm that speaks for the candidate. */
    alarms: z.record(z.string(), watchedAlarmState).readonly(),
    capacity: capacityInput,
    /** Absent where the threshold has to be shown: for a promote, and in the evidence of older versions. */
    exposure: exposureInput.optional(),
  })
  .readonly();

export type GateInput = z.output<typeof gateInputSchema>;

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
  checkNumber("capacity.busiestRequestsPerMinute", capacity.busiestRequestsPerMinute ?? 0);
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
