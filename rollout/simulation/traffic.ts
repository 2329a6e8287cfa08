import type { MinuteCounts } from "../rollback-test/rollback-watch.ts";
import { type Draws, PoissonTable } from "./random.ts";

/** The public traffic that a simulated rollout meets. */
export interface TrafficKind {
  readonly name: string;
  /** Whether it follows the day: a tenth of the mean at 3:00, nearly twice the mean at 15:00. Otherwise even. */
  readonly followsTheDay: boolean;
  /** How often a client sends a request that fails, on average, each time to the same colour: at least 1. */
  readonly sendsPerFailure: number;
  /** Seconds between two sends of a request that fails, on average; exponential. */
  readonly secondsBetweenSends: number;
  /**
   * Share of the requests that are WebSocket upgrades. CloudWatch cannot tell them from what the load balancer answered
   * itself. Where there are some, every failure is taken for one that it answered itself: the worst case.
   */
  readonly upgradeShare: number;
}

/** Requests that arrive evenly, and of which each fails by itself. */
export const evenTraffic: TrafficKind = {
  name: "even",
  followsTheDay: false,
  sendsPerFailure: 1,
  secondsBetweenSends: 10,
  upgradeShare: 0,
};

/** Hour of the day at which a simulated rollout begins. */
const firstHour = 9;

function shareOfHour(hourOfDay: number): number {
  return 1 - 0.9 * Math.cos((2 * Math.PI * (hourOfDay + 0.5 - 3)) / 24);
}

/** Traffic of the busiest stretch of so many seconds, as a multiple of the mean. */
export function busiestShare({ followsTheDay }: TrafficKind, seconds: number): number {
  if (!followsTheDay) return 1;
  const hours = Math.max(1, Math.ceil(seconds / 3600));
  if (hours >= 24) return 1;
  const sums = Array.from({ length: 24 }, (_, start) =>
    Array.from({ length: hours }, (_, hour) => shareOfHour((start + hour) % 24)).reduce((sum, share) => sum + share, 0),
  );
  return Math.max(...sums) / hours;
}

/** What traffic is drawn from. */
export interface Traffic {
  readonly kind: TrafficKind;
  /** Public requests of both colours in an hour, on average, repeated ones included. */
  readonly requestsPerHour: number;
  /** Share of the candidate's requests that fail, repeated ones included, from 0 to 1. */
  readonly failureRate: number;
  /** The same of live. Undefined: live's requests are not drawn, and its counts are 0. */
  readonly liveFailureRate?: number | undefined;
}

/** One minute with requests: what happened, and what CloudWatch can tell of it. */
export interface DrawnMinute extends MinuteCounts {
  /** The candidate's requests that failed. */
  readonly failed: number;
  /** Failures of each colour as the gate shares out what the load balancer answered itself. */
  readonly candidateShare: number;
  readonly liveShare: number;
}

/** Below this share of empty minutes each minute is drawn; above it they are skipped. */
const fewEmpty = 0.3;

/** The largest mean that a table is made for. Beyond it a table takes longer to make than it saves. */
const largestTable = 200;

/** Tables by their mean, for all rollouts: they hold nothing but the distribution. */
const tables = new Map<number, PoissonTable>();

/** Many more than one forecast needs. */
const mostTables = 1000;

/**
 * The minutes that have requests, one after the other. In quiet traffic the minutes between them are skipped, so that a quiet
 * day costs as little as its requests.
 */
export class TrafficMinutes {
  readonly #draws: Draws;
  readonly #kind: TrafficKind;
  readonly #isLiveDrawn: boolean;
  readonly #perMinute: number;
  readonly #candidate: Sender;
  readonly #live: Sender;
  readonly #found = {
    minute: 0,
    failed: 0,
    candidateRequests: 0,
    candidateTaskFailures: 0,
    candidateUnanswered: 0,
    candidateShare: 0,
    liveRequests: 0,
    liveTaskFailures: 0,
    liveUnanswered: 0,
    liveShare: 0,
    byBalancer: 0,
  };

  constructor({ kind, requestsPerHour, failureRate, liveFailureRate }: Traffic, draws: Draws) {
    this.#draws = draws;
    this.#kind = kind;
    this.#isLiveDrawn = liveFailureRate !== undefined;
    this.#perMinute = requestsPerHour / 60;
    this.#candidate = new Sender(failureRate, kind, draws);
    this.#live = new Sender(liveFailureRate ?? 0, kind, draws);
  }

  /**
   * The first minute from `from` on, and before `until`, in which there are requests.
   *
   * @param weight share of the traffic that the candidate has, above 0 and at most 1
   * @returns the same object each time, filled anew; undefined where there is none
   */
  next(from: number, until: number, weight: number): DrawnMinute | undefined {
    let minute = from;
    while (minute < until) {
      const end = this.#kind.followsTheDay ? Math.min(until, 60 * (Math.floor(minute / 60) + 1)) : until;
      const perMinute = this.#perMinute * this.#share(minute);
      const ofCandidate = perMinute * weight * this.#candidate.freshShare;
      const ofLive = this.#isLiveDrawn ? perMinute * (1 - weight) * this.#live.freshShare : 0;
      const isEmpty = Math.exp(-ofCandidate - ofLive);
      for (; minute < end; minute++) {
        if (isEmpty > fewEmpty) {
          const waiting = Math.min(this.#candidate.nextRepeat, this.#live.nextRepeat);
          const fresh = minute + this.#draws.failuresBeforeSuccess(1 - isEmpty);
          minute = Math.min(fresh, waiting);
          if (minute >= end) break;
          const requests = fresh === minute ? this.#draws.poissonFromOne(ofCandidate + ofLive) : 0;
          const sent = this.#draws.binomial(requests, ofCandidate / (ofCandidate + ofLive));
          return this.#count(minute, sent, requests - sent);
        }
        const sent = this.#poisson(ofCandidate);
        const toLive = ofLive === 0 ? 0 : this.#poisson(ofLive);
        if (sent + toLive > 0 || this.#candidate.nextRepeat <= minute || this.#live.nextRepeat <= minute) {
          return this.#count(minute, sent, toLive);
        }
      }
      minute = end;
    }
    return undefined;
  }

  #share(minute: number): number {
    return this.#kind.followsTheDay ? shareOfHour((firstHour + Math.floor(minute / 60)) % 24) : 1;
  }

  #poisson(mean: number): number {
    if (mean > largestTable) return this.#draws.poisson(mean);
    let table = tables.get(mean);
    if (table === undefined) {
      // Stryker disable next-line ConditionalExpression,EqualityOperator: a table that is made again is the same
      if (tables.size >= mostTables) tables.clear();
      table = new PoissonTable(mean);
      tables.set(mean, table);
    }
    return table.at(this.#draws.uniform());
  }

  #count(minute: number, toCandidate: number, toLive: number): DrawnMinute {
    const { upgradeShare } = this.#kind;
    this.#candidate.send(minute, toCandidate);
    this.#live.send(minute, toLive);
    const { requests, failures } = this.#candidate;
    const { requests: liveRequests, failures: liveFailures } = this.#live;
    const found = this.#found;
    found.minute = minute;
    found.failed = failures;
    found.candidateRequests = requests;
    found.candidateTaskFailures = found.candidateShare = failures;
    found.liveRequests = liveRequests;
    found.liveTaskFailures = found.liveShare = liveFailures;
    if (upgradeShare > 0) this.#leaveUnanswered(failures, liveFailures);
    return found;
  }

  /** CloudWatch tells how many requests of a colour got no answer that a metric counts, and how many the balancer answered. */
  #leaveUnanswered(failures: number, liveFailures: number): void {
    const { upgradeShare } = this.#kind;
    const found = this.#found;
    const both = failures + liveFailures;
    const ofCandidate = failures + this.#draws.binomial(found.candidateRequests - failures, upgradeShare);
    const ofLive = liveFailures + this.#draws.binomial(found.liveRequests - liveFailures, upgradeShare);
    found.candidateTaskFailures = found.liveTaskFailures = 0;
    found.candidateUnanswered = ofCandidate;
    found.liveUnanswered = ofLive;
    found.byBalancer = both;
    if (both === 0) return;
    found.candidateShare = (both * ofCandidate) / (ofCandidate + ofLive);
    found.liveShare = both - found.candidateShare;
  }
}

/** What clients send to one colour: of each request it is drawn whether it fails, and a failing one is sent again. */
class Sender {
  /** Requests and failures of the minute that was sent last. */
  requests = 0;
  failures = 0;
  /** First minute that has repeated sends; infinite without any. */
  nextRepeat = Number.POSITIVE_INFINITY;
  /** How many sends repeat nothing, among as many as the traffic has. */
  readonly freshShare: number;
  readonly #draws: Draws;
  readonly #sendsPerFailure: number;
  readonly #minutesBetweenSends: number;
  readonly #failureRate: number;
  readonly #repeats = new Map<number, number>();
  /** Requests that go well before the next one fails. */
  #untilFailure: number;

  constructor(failureRate: number, { sendsPerFailure, secondsBetweenSends }: TrafficKind, draws: Draws) {
    const extra = sendsPerFailure - 1;
    this.#draws = draws;
    this.#sendsPerFailure = sendsPerFailure;
    this.#minutesBetweenSends = secondsBetweenSends / 60;
    // Of the requests as they are counted, repeated ones included, `failureRate` fail.
    this.#failureRate = failureRate / (sendsPerFailure - failureRate * extra);
    this.freshShare = 1 / (1 + this.#failureRate * extra);
    this.#untilFailure = draws.failuresBeforeSuccess(this.#failureRate);
  }

  send(minute: number, fresh: number): void {
    let failures = 0;
    let left = fresh;
    while (this.#untilFailure < left) {
      failures += 1;
      left -= this.#untilFailure + 1;
      this.#untilFailure = this.#draws.failuresBeforeSuccess(this.#failureRate);
      if (this.#sendsPerFailure > 1) this.#repeat(minute);
    }
    this.#untilFailure -= left;
    const repeated = this.nextRepeat <= minute ? this.#takeRepeats(minute) : 0;
    this.requests = fresh + repeated;
    this.failures = failures + repeated;
  }

  #repeat(minute: number): void {
    let at = minute + this.#draws.uniform();
    while (this.#draws.uniform() < 1 - 1 / this.#sendsPerFailure) {
      at -= Math.log(this.#draws.uniform()) * this.#minutesBetweenSends;
      const later = Math.floor(at);
      this.#repeats.set(later, (this.#repeats.get(later) ?? 0) + 1);
      this.nextRepeat = Math.min(this.nextRepeat, later);
    }
  }

  #takeRepeats(minute: number): number {
    const repeated = this.#repeats.get(minute) ?? 0;
    this.#repeats.delete(minute);
    // Infinite where there is none.
    this.nextRepeat = Math.min(...this.#repeats.keys());
    return repeated;
  }
}
