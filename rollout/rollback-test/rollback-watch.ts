import type { Boundary } from "./boundaries.ts";
import type { RollbackTest } from "./rollback-test.ts";
import type { FailingMinutes } from "./windows.ts";

/** What returned the traffic: the minute check, or an alarm. */
export type RollbackCause =
  | { readonly kind: "check"; readonly boundary: Boundary }
  | { readonly kind: "alarm"; readonly window: FailingMinutes };

/** One minute of public traffic, as CloudWatch counts it. Failures are those of `colourFailureMath`. */
export interface MinuteCounts {
  /** Whole minutes since any fixed moment, rising from one call to the next. Minutes without a request may be left out. */
  readonly minute: number;
  readonly candidateRequests: number;
  readonly candidateFailures: number;
  readonly liveRequests: number;
  readonly liveFailures: number;
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
  readonly #windows: readonly FailingMinutes[];
  readonly #candidate: WindowsWatch;
  readonly #live: WindowsWatch;
  #last = Number.NEGATIVE_INFINITY;

  constructor(test: RollbackTest) {
    this.#check = new CheckWatch(test);
    this.#windows = test.windows;
    this.#candidate = new WindowsWatch(test.windows);
    this.#live = new WindowsWatch(test.windows);
  }

  /** Takes the next minute with requests. @returns what returns the traffic at its end or since the minute before, if anything does */
  add(counts: MinuteCounts): RollbackCause | undefined {
    const { minute } = counts;
    // Requests may leave a window before the failures do, so it can go off in a minute without any.
    const before = minute - 1 > this.#last ? this.#alarmAt(minute - 1) : undefined;
    this.#candidate.add(minute, counts.candidateRequests, counts.candidateFailures);
    this.#live.add(minute, counts.liveRequests, counts.liveFailures);
    this.#last = minute;
    return before ?? this.#check.add(counts) ?? this.#alarmAt(minute);
  }

  #alarmAt(minute: number): RollbackCause | undefined {
    const firing = this.#candidate.firingAt(minute);
    if (firing === -1 || this.#live.firingAt(minute) !== -1) return undefined;
    const window = this.#windows[firing];
    return window === undefined ? undefined : { kind: "alarm", window };
  }
}

/** The sums of the check, by boundary. */
class CheckWatch {
  readonly #boundaries: readonly Boundary[];
  readonly #minimumFailingMinutes: number;
  readonly #failing: Float64Array;
  readonly #requests: Float64Array;
  #liveRequests = 0;
  #liveFailures = 0;

  constructor({ boundaries, minimumFailingMinutes }: RollbackTest) {
    this.#boundaries = boundaries;
    this.#minimumFailingMinutes = minimumFailingMinutes;
    this.#failing = new Float64Array(boundaries.length);
    this.#requests = new Float64Array(boundaries.length);
  }

  add({ candidateRequests, candidateFailures, liveRequests, liveFailures }: MinuteCounts): RollbackCause | undefined {
    this.#liveRequests += liveRequests;
    this.#liveFailures += liveFailures;
    let crossed: Boundary | undefined;
    for (let index = 0; index < this.#boundaries.length; index++) {
      const boundary = this.#boundaries[index] as Boundary;
      const isFailing = candidateFailures > boundary.failingShare * candidateRequests ? 1 : 0;
      const failing = (this.#failing[index] ?? 0) + isFailing;
      const requests = (this.#requests[index] ?? 0) + Math.min(candidateRequests, boundary.requestsPerMinute);
      this.#failing[index] = failing;
      this.#requests[index] = requests;
      if (failing >= this.#minimumFailingMinutes && this.#isCrossed(boundary, failing, requests)) crossed ??= boundary;
    }
    return crossed === undefined ? undefined : { kind: "check", boundary: crossed };
  }

  #isCrossed({ nulls, threshold, liveMargin }: Boundary, failing: number, requests: number): boolean {
    const liveFailures = this.#liveFailures + liveMargin;
    const liveRequests = this.#liveRequests;
    return nulls.some(
      ({ ratePercent, perFailure, perRequest }) =>
        100 * liveFailures <= ratePercent * liveRequests && perFailure * failing - perRequest * requests >= threshold,
    );
  }
}

/** The windows of one colour. Only minutes with failures are kept; requests are kept as sums up to each minute. */
class WindowsWatch {
  readonly #windows: readonly FailingMinutes[];
  /** For each window, the failing minutes, oldest first. */
  readonly #failing: readonly number[][];
  readonly #minutes: number[] = [];
  readonly #requestsUpTo: number[] = [];
  readonly #longestMinutes: number;
  #requests = 0;
  #lastFailing = Number.NEGATIVE_INFINITY;

  constructor(windows: readonly FailingMinutes[]) {
    this.#windows = windows;
    this.#failing = windows.map(() => []);
    this.#longestMinutes = Math.max(0, ...windows.map(({ minutes }) => minutes));
  }

  add(minute: number, requests: number, failures: number): void {
    if (requests > 0) {
      this.#requests += requests;
      this.#minutes.push(minute);
      this.#requestsUpTo.push(this.#requests);
    }
    if (failures === 0) return;
    this.#lastFailing = minute;
    for (let index = 0; index < this.#windows.length; index++) {
      if (failures > (this.#windows[index]?.failingShare ?? 0) * requests) this.#failing[index]?.push(minute);
    }
  }

  /** The first window that goes off at the end of a minute after which nothing was added; -1 where none does. */
  firingAt(minute: number): number {
    if (this.#lastFailing <= minute - this.#longestMinutes) return -1;
    for (let index = 0; index < this.#windows.length; index++) {
      if (this.#fires(this.#windows[index] as FailingMinutes, this.#failing[index] ?? [], minute)) return index;
    }
    return -1;
  }

  #fires(
    { minutes, failingMinutes, mostRequests }: FailingMinutes,
    failing: readonly number[],
    minute: number,
  ): boolean {
    const oldest = failing[failing.length - failingMinutes];
    if (oldest === undefined) return false;
    if (mostRequests === undefined) return oldest > minute - minutes;
    // In a gap the requests only become fewer: the best moment is the last one before the failing minutes leave the window.
    const at = Math.min(minute, oldest + minutes - 1);
    return at >= (this.#minutes.at(-1) ?? 0) && this.#requests - this.#requestsBefore(at - minutes + 1) <= mostRequests;
  }

  #requestsBefore(minute: number): number {
    let low = 0;
    let high = this.#minutes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#minutes[middle] ?? 0) < minute) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (this.#requestsUpTo[low - 1] ?? 0);
  }
}
