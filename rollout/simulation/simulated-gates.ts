import { chargeParts, comparisonOdds } from "../gate/evidence-against.ts";
import { type CheckMemory, reallyAnswered, toCost } from "../gate/exposure.ts";
import type { Boundary } from "../rollback-test/boundaries.ts";
import type { RollbackTest } from "../rollback-test/rollback-test.ts";
import type { Step } from "../schedule.ts";
import { highestRateLeftOpen, requestsToShow } from "../statistics/rate-below.ts";
import { ShareAbove } from "../statistics/share-above.ts";
import type { SimulatedGate, Way } from "./simulate-rollout.ts";
import { worstCost } from "./step-cost.ts";
import type { DrawnMinute } from "./traffic.ts";

/** What the gates of many simulated rollouts have in common. */
export interface GatesToSimulate {
  readonly steps: readonly Step[];
  /** Public requests of both colours in an hour, in the busiest stretch as long as a step's bake. */
  readonly busiestRequestsPerHour: (bakeSeconds: number) => number;
  /** `alerts.errorRatePercent` of config (guide A1). */
  readonly errorRatePercent: number;
  readonly confidence: number;
  /** Live's error rate, from 0 to 1. Exposures are computed with so many failures of live. */
  readonly liveFailureRate: number;
  readonly budgetRequests: number;
  readonly rollbackTest: RollbackTest;
}

/** Numbers of requests are rounded to neighbours that differ by this factor, so that one exposure serves many rollouts. */
export const roundingRatio = 1.2;

/** Most looks are decided by a number of requests to make up for that is rounded more coarsely. */
export const coarseRatio = 2;

/** The next power of the ratio, as a whole number from it upwards; 0 for none. */
export function roundedUp(requests: number, ratio: number): number {
  return Math.ceil(ratio ** Math.ceil(Math.log(requests) / Math.log(ratio) - 1e-9));
}

/** The power of the ratio before it, as a whole number from it downwards; 0 for none. */
export function roundedDown(requests: number, ratio: number): number {
  return Math.floor(ratio ** Math.floor(Math.log(requests) / Math.log(ratio) + 1e-9));
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

/**
 * Makes gates as simulated rollouts ask them: they judge errors and exposure as `judgeGate` does, with a memory that makes a
 * look cost next to nothing. Where an exposure decides, it is that of at most a fifth more requests to make up for and at
 * most a fifth less evidence, so that no gate passes what the real one would not.
 */
export class SimulatedGates {
  readonly settings: GatesToSimulate;
  readonly #toShow = new Map<number, number>();
  readonly #open = new Map<string, number>();
  readonly #costs = new Map<string, number>();

  constructor(settings: GatesToSimulate) {
    this.settings = settings;
  }

  /** The gate of one rollout. */
  start(): SimulatedGate {
    return new GateOfRollout(this);
  }

  /** Whether so many failures among so many requests show the threshold. */
  showsThreshold(requests: number, failures: number): boolean {
    const { errorRatePercent, confidence } = this.settings;
    return (
      requests >= remembered(this.#toShow, failures, () => requestsToShow(errorRatePercent / 100, failures, confidence))
    );
  }

  /** Whether the next step stays within what is left of the budget, where the threshold is not shown. */
  isWithin(left: number, step: Step, requests: number, errors: number, memory: CheckMemory): boolean {
    const { errorRatePercent, confidence, liveFailureRate } = this.settings;
    const liveRequests = roundedDown(memory.liveRequests, coarseRatio);
    const live = { liveRequests, liveFailures: Math.floor(liveRequests * liveFailureRate) };
    const toMakeUpFor = (ratio: number) => ({
      ...live,
      requestsByBoundary: memory.requestsByBoundary.map((counted) => roundedUp(counted, ratio)),
    });
    // A higher rate that is left open and more to make up for never cost less. Most looks are decided by these bounds.
    if (this.#cost(step, errorRatePercent / 100, { ...live, requestsByBoundary: [] }) > left) return false;
    if (this.#cost(step, 1, toMakeUpFor(coarseRatio)) <= left) return true;
    const fewer = Math.max(errors, roundedDown(requests, roundingRatio));
    const open = remembered(this.#open, `${fewer} ${errors}`, () =>
      highestRateLeftOpen({ requests: fewer, errors }, confidence),
    );
    return this.#cost(step, open, toMakeUpFor(roundingRatio)) <= left;
  }

  #cost(step: Step, highestRate: number, memory: CheckMemory): number {
    const { busiestRequestsPerHour, rollbackTest } = this.settings;
    const { liveRequests, requestsByBoundary } = memory;
    const key = [step.weightPercent, highestRate, liveRequests, ...requestsByBoundary].join(" ");
    return remembered(this.#costs, key, () => {
      const requestsPerHour = busiestRequestsPerHour(step.bakeSeconds);
      return worstCost(toCost({ step, requestsPerHour, rollbackTest, memory }), highestRate).failedRequests95;
    });
  }
}

class GateOfRollout implements SimulatedGate {
  readonly #gates: SimulatedGates;
  readonly #aboveThreshold = new ShareAbove();
  readonly #aboveLive = new ShareAbove(comparisonOdds.errors);
  /** The most that all charges spoke against the candidate together. */
  #against = 1;
  readonly #requestsByBoundary: Float64Array;
  /** Of each boundary, the period that goes on, and the requests in it so far. */
  readonly #periods: Float64Array;
  readonly #requestsInPeriod: Float64Array;
  #step = 0;
  #weight = 0;
  #cleanMinutes = 0;
  #requests = 0;
  #failures = 0;
  #liveRequests = 0;
  #liveFailures = 0;
  #stepRequests = 0;
  #stepLiveRequests = 0;

  constructor(gates: SimulatedGates) {
    this.#gates = gates;
    const { length } = gates.settings.rollbackTest.boundaries;
    this.#requestsByBoundary = new Float64Array(length);
    this.#periods = new Float64Array(length);
    this.#requestsInPeriod = new Float64Array(length);
  }

  beginStep({ weightPercent }: Step): void {
    this.#countClean();
    this.#step = this.#gates.settings.steps.findIndex((step) => step.weightPercent === weightPercent);
    this.#weight = weightPercent / 100;
    this.#stepRequests = 0;
    this.#stepLiveRequests = 0;
    this.#aboveThreshold.beginStep();
    this.#aboveLive.beginStep();
  }

  add({
    minute,
    candidateRequests,
    candidateTaskFailures,
    candidateUnanswered,
    liveRequests,
    liveTaskFailures,
    liveUnanswered,
    byBalancer,
    candidateShare,
    liveShare,
  }: DrawnMinute): void {
    this.#requests += candidateRequests;
    this.#failures += candidateTaskFailures + Math.min(candidateUnanswered, byBalancer);
    this.#liveRequests += liveRequests;
    this.#liveFailures += liveTaskFailures + Math.min(liveUnanswered, byBalancer);
    this.#stepRequests += candidateRequests;
    this.#stepLiveRequests += liveRequests;
    this.#countForCheck(minute, candidateRequests);
    const failed = candidateShare + liveShare;
    // Stryker disable next-line ConditionalExpression,EqualityOperator: where nothing failed no bet changes, which takes longer
    if (failed > 0) this.#aboveLive.count(candidateShare, failed, this.#weight);
    if (candidateShare === 0) {
      if (candidateRequests > 0) this.#cleanMinutes += 1;
      return;
    }
    this.#countClean();
    this.#aboveThreshold.count(Math.min(1, candidateShare / candidateRequests), 1, this.#threshold);
    // Nothing is simulated of refusals and late answers, so that their bets stay at 1.
    const { rate, errors } = chargeParts;
    const together = rate * this.#aboveThreshold.now + errors * this.#aboveLive.now + 1 - rate - errors;
    this.#against = Math.max(this.#against, together);
  }

  /** As the check counts them: no period counts more than its boundary allows. */
  #countForCheck(minute: number, requests: number): void {
    const { boundaries } = this.#gates.settings.rollbackTest;
    for (let index = 0; index < boundaries.length; index++) {
      const { threshold, periodMinutes, requestsPerPeriod } = boundaries[index] as Boundary;
      if (threshold === undefined) continue;
      const period = Math.floor(minute / periodMinutes);
      const before = this.#periods[index] === period ? (this.#requestsInPeriod[index] ?? 0) : 0;
      this.#periods[index] = period;
      this.#requestsInPeriod[index] = before + requests;
      const counted = Math.min(before + requests, requestsPerPeriod) - Math.min(before, requestsPerPeriod);
      this.#requestsByBoundary[index] = (this.#requestsByBoundary[index] ?? 0) + counted;
    }
  }

  get #threshold(): number {
    return this.#gates.settings.errorRatePercent / 100;
  }

  #countClean(): void {
    this.#aboveThreshold.count(0, 1, this.#threshold, this.#cleanMinutes);
    this.#cleanMinutes = 0;
  }

  ask(): Way | undefined {
    const { steps, confidence, budgetRequests } = this.#gates.settings;
    if (this.#against >= 1 / (1 - confidence)) return undefined;
    if (this.#gates.showsThreshold(this.#requests, this.#failures)) return "threshold";
    const next = steps[this.#step + 1];
    const promised = this.#weight * (this.#stepRequests + this.#stepLiveRequests);
    if (next === undefined || !reallyAnswered(this.#stepRequests, promised)) return undefined;
    const memory = {
      requestsByBoundary: [...this.#requestsByBoundary],
      liveRequests: this.#liveRequests,
      liveFailures: this.#liveFailures,
    };
    const left = budgetRequests - this.#failures;
    return this.#gates.isWithin(left, next, this.#requests, this.#failures, memory) ? "exposure" : undefined;
  }
}
