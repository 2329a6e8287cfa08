import { type Boundary, periodsMinutes } from "./boundaries.ts";
import { BoundaryWatch, type PeriodCounts } from "./boundary-watch.ts";
import type { RollbackTest } from "./rollback-test.ts";
import type { FailingMinutes } from "./windows.ts";
import { WindowsWatch } from "./windows-watch.ts";

/** What returned the traffic: the minute check, or an alarm. */
export type RollbackCause =
  | { readonly kind: "check"; readonly boundary: Boundary }
  | { readonly kind: "alarm"; readonly window: FailingMinutes };

/** One minute of public traffic, as CloudWatch counts it. */
export interface MinuteCounts {
  /** Whole minutes since any fixed moment, rising from one call to the next. Minutes without a request may be left out. */
  readonly minute: number;
  readonly candidateRequests: number;
  /** Requests that a task answered with 5xx. */
  readonly candidateTaskFailures: number;
  /** Requests that no task answered: what the load balancer answered itself, and WebSocket upgrades. */
  readonly candidateUnanswered: number;
  readonly liveRequests: number;
  readonly liveTaskFailures: number;
  readonly liveUnanswered: number;
  /** What the load balancer answered itself with 502 or 504, for whichever colour. */
  readonly byBalancer: number;
}

/**
 * Computes on minute counts what the planned check and alarms compute, one minute after the other. It begins with the
 * release's first public traffic. Both act some minutes later: see `rollbackDelayMinutes`.
 *
 * @example
 * const watch = new RollbackWatch(test);
 * for (const minute of minutes) { const cause = watch.add(minute); if (cause !== undefined) break; }
 */
export class RollbackWatch {
  readonly #check: CheckWatch;
  readonly #candidate: WindowsWatch;
  readonly #live: WindowsWatch;
  #last = Number.NEGATIVE_INFINITY;

  constructor(test: RollbackTest) {
    this.#check = new CheckWatch(test);
    this.#candidate = new WindowsWatch(test.windows);
    this.#live = new WindowsWatch(test.windows);
  }

  /** Takes the next minute with requests. @returns what returns the traffic at its end or since the minute before, if anything does */
  add(counts: MinuteCounts): RollbackCause | undefined {
    const { minute } = counts;
    // Requests may leave a window before the failures do, so it can go off in a minute without any.
    const before = minute - 1 > this.#last ? this.#alarmAt(minute - 1) : undefined;
    const { byBalancer } = counts;
    this.#candidate.add(minute, {
      requests: counts.candidateRequests,
      taskFailures: counts.candidateTaskFailures,
      unanswered: counts.candidateUnanswered,
      byBalancer,
    });
    this.#live.add(minute, {
      requests: counts.liveRequests,
      taskFailures: counts.liveTaskFailures,
      unanswered: counts.liveUnanswered,
      byBalancer,
    });
    this.#last = minute;
    return before ?? this.#check.add(counts) ?? this.#alarmAt(minute);
  }

  #alarmAt(minute: number): RollbackCause | undefined {
    const window = this.#candidate.firingAt(minute);
    if (window === undefined || this.#live.firingAt(minute) !== undefined) return undefined;
    return { kind: "alarm", window };
  }
}

/** All boundaries of the check, by the length of their periods. */
class CheckWatch {
  readonly #lengths: readonly CheckPeriods[];

  constructor({ boundaries, minimumFailingMinutes }: RollbackTest) {
    this.#lengths = periodsMinutes.map((minutes) => {
      const ofLength = boundaries.filter(({ periodMinutes }) => periodMinutes === minutes);
      return new CheckPeriods(
        minutes,
        ofLength.map((boundary) => new BoundaryWatch(boundary, minimumFailingMinutes)),
      );
    });
  }

  add(minute: MinuteCounts): RollbackCause | undefined {
    let reached: Boundary | undefined;
    for (const periods of this.#lengths) reached = periods.add(minute) ?? reached;
    return reached === undefined ? undefined : { kind: "check", boundary: reached };
  }
}

/** The boundaries that count by periods of one length. */
class CheckPeriods {
  readonly #minutes: number;
  readonly #watches: readonly BoundaryWatch[];
  #period = Number.NEGATIVE_INFINITY;
  #candidateTaskFailures = 0;
  #candidateUnanswered = 0;
  #liveTaskFailures = 0;
  #liveUnanswered = 0;
  #byBalancer = 0;
  readonly #counts: PeriodCounts = { candidateRequests: 0, candidateFailures: 0, liveRequests: 0, liveFailures: 0 };
  /** Of live since the first public traffic, with the period that goes on and up to it. */
  readonly #live = { requests: 0, failures: 0 };
  #liveFailuresBefore = 0;

  constructor(minutes: number, watches: readonly BoundaryWatch[]) {
    this.#minutes = minutes;
    this.#watches = watches;
  }

  add(minute: MinuteCounts): Boundary | undefined {
    const counts = this.#counts;
    const period = Math.floor(minute.minute / this.#minutes);
    if (period !== this.#period) this.#begin(period);
    counts.candidateRequests += minute.candidateRequests;
    counts.liveRequests += minute.liveRequests;
    this.#candidateTaskFailures += minute.candidateTaskFailures;
    this.#candidateUnanswered += minute.candidateUnanswered;
    this.#liveTaskFailures += minute.liveTaskFailures;
    this.#liveUnanswered += minute.liveUnanswered;
    this.#byBalancer += minute.byBalancer;
    // What the load balancer answered itself is shared out by the requests without an answer, in the period as a whole.
    const both = this.#candidateUnanswered + this.#liveUnanswered;
    const part = both === 0 ? 0 : Math.min(this.#byBalancer, both) / both;
    counts.candidateFailures = this.#candidateTaskFailures + part * this.#candidateUnanswered;
    counts.liveFailures = this.#liveTaskFailures + part * this.#liveUnanswered;
    this.#live.requests += minute.liveRequests;
    this.#live.failures = this.#liveFailuresBefore + counts.liveFailures;
    let reached: Boundary | undefined;
    for (const watch of this.#watches) if (watch.isReached(counts, this.#live)) reached ??= watch.boundary;
    return reached;
  }

  #begin(period: number): void {
    const counts = this.#counts;
    for (const watch of this.#watches) watch.end(counts);
    this.#liveFailuresBefore = this.#live.failures;
    this.#period = period;
    this.#candidateTaskFailures = this.#candidateUnanswered = 0;
    this.#liveTaskFailures = this.#liveUnanswered = this.#byBalancer = 0;
    counts.candidateRequests = counts.candidateFailures = counts.liveRequests = counts.liveFailures = 0;
  }
}
