import { type RollbackTest, rollbackDelayMinutes } from "../../../rollout/rollback-test/rollback-test.ts";
import { type RollbackCause, RollbackWatch } from "../../../rollout/rollback-test/rollback-watch.ts";
import type { Step } from "../../../rollout/schedule.ts";

/** How people and releases behave in a simulated rollout. */
export interface Behaviour {
  /** Requests an hour that people begin, of both colours together, before any is repeated. */
  readonly requestsPerHour: number;
  /** Per cent of the candidate's begun requests that fail. */
  readonly candidatePercent: number;
  /** Per cent of live's begun requests that fail. */
  readonly livePercent: number;
  /** How often a client sends a request that keeps failing, on average. Default 1: it does not repeat. */
  readonly meanSends?: number;
  /** Seconds between two sends, on average; exponential. Default 10. */
  readonly repeatSeconds?: number;
  /** Per cent of requests that open a WebSocket. CloudWatch cannot tell them from a balancer's 502. Default 0. */
  readonly upgradePercent?: number;
  /** Whether failures are a 502 of the load balancer, whose colour CloudWatch does not know, and not a task's 5xx. */
  readonly failsInBalancer?: boolean;
  /** Whether traffic follows the day: from a tenth to nearly twice the mean. */
  readonly followsTheDay?: boolean;
}

/** How a simulated rollout ended. */
export interface RolloutEnd {
  /** What returned the traffic. Absent where nothing did until the last bake had passed. */
  readonly cause?: RollbackCause;
  /** Minutes since the first step, at whose end the decision fell, or the rollout was over. */
  readonly minutes: number;
  /** Failed requests of the candidate, until its traffic was gone. */
  readonly failed: number;
  /** Minutes with a failed request of the candidate, until the decision fell. */
  readonly failingMinutes: number;
}

/** Random numbers from 0 to 1 that a seed gives again. @see George Marsaglia, "Xorshift RNGs" (2003), 128 bits */
export function seededRandom(seed: number): () => number {
  let [x, y, z, w] = [seed | 0, 362_436_069, 521_288_629, 88_675_123];
  const random = () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
  // The first numbers of neighbouring seeds are alike.
  for (let index = 0; index < 20; index++) random();
  return random;
}

/** Walks a schedule once with simulated requests, and asks the planned test each minute. */
export function simulateRollout(
  test: RollbackTest,
  steps: readonly Step[],
  behaviour: Behaviour,
  random: () => number,
): RolloutEnd {
  const { requestsPerHour, candidatePercent, livePercent, upgradePercent = 0, followsTheDay = false } = behaviour;
  const { failsInBalancer = false } = behaviour;
  const watch = new RollbackWatch(test);
  const candidate = new Colour(behaviour, candidatePercent, random);
  const live = new Colour(behaviour, livePercent, random);
  const startsAt = random() * 24 * 60;
  let minute = 0;
  let failed = 0;
  let failingMinutes = 0;
  for (const { weightPercent, bakeSeconds } of steps) {
    for (const until = minute + bakeSeconds / 60; minute < until; minute++) {
      const rhythm = followsTheDay ? 1 + 0.9 * Math.sin(((startsAt + minute) / (12 * 60)) * Math.PI) : 1;
      const begun = (requestsPerHour / 60) * rhythm;
      const ofCandidate = candidate.minute(minute, (begun * weightPercent) / 100, upgradePercent);
      const ofLive = live.minute(minute, (begun * (100 - weightPercent)) / 100, upgradePercent);
      failed += ofCandidate.failures;
      if (ofCandidate.failures > 0) failingMinutes++;
      if (ofCandidate.requests + ofLive.requests === 0) continue;
      const cause = watch.add({
        minute,
        candidateRequests: ofCandidate.requests,
        candidateTaskFailures: failsInBalancer ? 0 : ofCandidate.failures,
        candidateUnanswered: ofCandidate.upgrades + (failsInBalancer ? ofCandidate.failures : 0),
        liveRequests: ofLive.requests,
        liveTaskFailures: failsInBalancer ? 0 : ofLive.failures,
        liveUnanswered: ofLive.upgrades + (failsInBalancer ? ofLive.failures : 0),
        byBalancer: failsInBalancer ? ofCandidate.failures + ofLive.failures : 0,
      });
      if (cause === undefined) continue;
      // The traffic stays until CloudWatch has told and the machine has moved it.
      for (let later = 1; later <= rollbackDelayMinutes; later++) {
        failed += candidate.minute(minute + later, (begun * weightPercent) / 100, upgradePercent).failures;
      }
      return { cause, minutes: minute + 1, failed, failingMinutes };
    }
  }
  return { minutes: minute, failed, failingMinutes };
}

interface Minute {
  readonly requests: number;
  readonly failures: number;
  readonly upgrades: number;
}

/** The requests of one colour. */
class Colour {
  readonly #failingShare: number;
  readonly #goesOn: number;
  readonly #repeatMinutes: number;
  readonly #random: () => number;
  /** Repeats that are still to come, by minute. */
  readonly #repeats = new Map<number, number>();

  constructor({ meanSends = 1, repeatSeconds = 10 }: Behaviour, failingPercent: number, random: () => number) {
    this.#failingShare = failingPercent / 100;
    this.#goesOn = 1 - 1 / meanSends;
    this.#repeatMinutes = repeatSeconds / 60;
    this.#random = random;
  }

  minute(minute: number, begun: number, upgradePercent: number): Minute {
    let failures = this.#repeats.get(minute) ?? 0;
    if (failures > 0) this.#repeats.delete(minute);
    let [fine, upgrades] = [0, 0];
    for (let left = poisson(begun, this.#random); left > 0; left--) {
      const fate = this.#random();
      if (fate >= this.#failingShare) {
        if (fate > 1 - upgradePercent / 100) upgrades++;
        else fine++;
        continue;
      }
      failures++;
      let at = minute + this.#random();
      while (this.#random() < this.#goesOn) {
        at -= Math.log(1 - this.#random()) * this.#repeatMinutes;
        const later = Math.floor(at);
        if (later === minute) failures++;
        else this.#repeats.set(later, (this.#repeats.get(later) ?? 0) + 1);
      }
    }
    return { requests: fine + upgrades + failures, failures, upgrades };
  }
}

/** A Poisson variable, by multiplying random numbers (Knuth), in parts where the mean is large. */
function poisson(mean: number, random: () => number): number {
  let count = 0;
  for (let left = mean; left > 0; left -= 20) {
    const limit = Math.exp(-Math.min(left, 20));
    for (let product = random(); product > limit; product *= random()) count++;
  }
  return count;
}
