import type { RollbackCause, RollbackWatch } from "../rollback-test/rollback-watch.ts";
import type { Step } from "../schedule.ts";
import type { Draws } from "./random.ts";
import { type DrawnMinute, type Traffic, TrafficMinutes } from "./traffic.ts";

/** What computes the planned return, minute by minute. */
export type WatchOfRollout = Pick<RollbackWatch, "add">;

/** By which of its two ways a gate lets the next move through. */
export type Way = "threshold" | "exposure";

/** A gate that watches one simulated rollout. */
export interface SimulatedGate {
  beginStep(step: Step): void;
  /** Takes the next minute with requests. */
  add(minute: DrawnMinute): void;
  /** How the next move passes; undefined where it does not pass now. */
  ask(): Way | undefined;
}

/** A rollout to simulate. */
export interface RolloutToSimulate {
  readonly steps: readonly Step[];
  readonly traffic: Traffic;
  readonly startGate: () => SimulatedGate;
  readonly startWatch: () => WatchOfRollout;
  /** From the end of a minute until the traffic that it returns is back, minutes: the metrics arrive, the machine acts. */
  readonly rollbackDelayMinutes: number;
}

/** A rollout that goes on: traffic arrives, the gate counts it, and the planned return may take it back. */
export class StandingRollout {
  /** Minutes since the first public traffic. */
  now = 0;
  /** The candidate's public requests that failed. */
  failedRequests = 0;
  /** What returned the traffic; undefined while it is out. */
  rolledBack: RollbackCause | undefined;
  readonly #minutes: TrafficMinutes;
  readonly #watch: WatchOfRollout;
  readonly #gate: SimulatedGate;
  readonly #rollbackDelayMinutes: number;
  #weight = 0;

  constructor({ traffic, startGate, startWatch, rollbackDelayMinutes }: RolloutToSimulate, draws: Draws) {
    this.#minutes = new TrafficMinutes(traffic, draws);
    this.#watch = startWatch();
    this.#gate = startGate();
    this.#rollbackDelayMinutes = rollbackDelayMinutes;
  }

  takeStep(step: Step): void {
    this.#weight = step.weightPercent / 100;
    this.#gate.beginStep(step);
  }

  /** Lets time pass. Where the traffic is returned before `until`, it stops at that moment for good. */
  advance(until: number): void {
    if (this.rolledBack !== undefined) return;
    const minutes = this.#minutes;
    const weight = this.#weight;
    for (let found = minutes.next(this.now, until, weight); found; found = minutes.next(this.now, until, weight)) {
      this.now = found.minute + 1;
      this.failedRequests += found.failed;
      this.#gate.add(found);
      this.rolledBack = this.#watch.add(found);
      if (this.rolledBack === undefined) continue;
      // Requests go on failing until the traffic has moved.
      const back = this.now + this.#rollbackDelayMinutes;
      for (let late = minutes.next(this.now, back, weight); late; late = minutes.next(late.minute + 1, back, weight)) {
        this.failedRequests += late.failed;
      }
      this.now = back;
      return;
    }
    this.now = until;
  }

  /** How the next move passes; not at all once the traffic was returned. */
  ask(): Way | undefined {
    return this.rolledBack === undefined ? this.#gate.ask() : undefined;
  }
}

/** How one simulated rollout went. */
export interface SimulatedRollout {
  readonly end: "promoted" | "rolled back" | "limit";
  /** From the first public traffic on. */
  readonly minutes: number;
  /** The candidate's public requests that failed. */
  readonly failedRequests: number;
  /** Index of the step that it ended at. */
  readonly step: number;
  /** How the gate let each step's next move through. */
  readonly passes: readonly { readonly way: Way; readonly atFirstAsking: boolean }[];
  /** What returned the traffic, where it was returned. */
  readonly rolledBack?: RollbackCause | undefined;
}

/** How long a step without a limit of its own may stay, minutes. */
const weekMinutes = 7 * 24 * 60;

/** How often the gate is asked again after the bake, minutes. */
const askAgainMinutes = 60;

/**
 * One rollout until it is promoted, returned by the planned definitions, or at a step's limit.
 *
 * The gate is asked when the bake is over and then again each hour, at night too. Nobody acts on a gate that fails: the
 * figures are those of the machine alone.
 */
export function simulateRollout(toSimulate: RolloutToSimulate, draws: Draws): SimulatedRollout {
  const { steps } = toSimulate;
  const rollout = new StandingRollout(toSimulate, draws);
  const passes: SimulatedRollout["passes"][number][] = [];
  const ended = (end: SimulatedRollout["end"], step: number): SimulatedRollout => {
    const { now: minutes, failedRequests, rolledBack } = rollout;
    return { end, minutes, failedRequests, step, passes, rolledBack };
  };
  for (const [index, step] of steps.entries()) {
    const limit = rollout.now + (step.limitSeconds === undefined ? weekMinutes : Math.ceil(step.limitSeconds / 60));
    const bakeEnds = rollout.now + Math.ceil(step.bakeSeconds / 60);
    rollout.takeStep(step);
    for (let ask = bakeEnds; ; ask += askAgainMinutes) {
      rollout.advance(Math.min(ask, limit));
      if (rollout.rolledBack !== undefined) return ended("rolled back", index);
      if (ask > limit) return ended("limit", index);
      const way = rollout.ask();
      if (way === undefined) continue;
      passes.push({ way, atFirstAsking: ask === bakeEnds });
      break;
    }
  }
  return ended("promoted", steps.length - 1);
}
