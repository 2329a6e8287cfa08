import { periodsMinutes } from "./boundaries.ts";
import type { FailingMinutes } from "./windows.ts";

/** What is counted of a colour for the alarms. */
interface WindowCounts {
  readonly requests: number;
  readonly taskFailures: number;
  readonly unanswered: number;
  readonly byBalancer: number;
}

interface WindowPeriod {
  readonly minutes: number;
  period: number;
  requests: number;
  taskFailures: number;
  unanswered: number;
  byBalancer: number;
}

/**
 * Computes for one colour what the alarms on failing minutes compute: whether enough periods of a window fail. Only periods with
 * failures are kept; requests are kept as sums up to each minute.
 */
export class WindowsWatch {
  readonly #windows: readonly FailingMinutes[];
  /** For each window, the failing periods, oldest first. */
  readonly #failing: readonly number[][];
  /** By length, what the period that goes on has so far. */
  readonly #periods: readonly WindowPeriod[];
  readonly #minutes: number[] = [];
  readonly #requestsUpTo: number[] = [];
  #requests = 0;
  /** For each window, the last minute that enough failing periods are in it together; −∞ while they are too few. */
  readonly #lastMinutes: number[];
  #lastOfAll = Number.NEGATIVE_INFINITY;

  constructor(windows: readonly FailingMinutes[]) {
    this.#windows = windows;
    this.#failing = windows.map(() => []);
    this.#lastMinutes = windows.map(() => Number.NEGATIVE_INFINITY);
    this.#periods = periodsMinutes.map((minutes) => ({
      minutes,
      period: Number.NEGATIVE_INFINITY,
      requests: 0,
      taskFailures: 0,
      unanswered: 0,
      byBalancer: 0,
    }));
  }

  add(minute: number, { requests, taskFailures, unanswered, byBalancer }: WindowCounts): void {
    this.#requests += requests;
    this.#minutes.push(minute);
    this.#requestsUpTo.push(this.#requests);
    for (const counts of this.#periods) {
      const period = Math.floor(minute / counts.minutes);
      if (counts.period !== period) {
        counts.period = period;
        counts.requests = counts.taskFailures = counts.unanswered = counts.byBalancer = 0;
      }
      counts.requests += requests;
      counts.taskFailures += taskFailures;
      counts.unanswered += unanswered;
      counts.byBalancer += byBalancer;
      // At most so many, as `colourFailureMath` has it.
      const failures = counts.taskFailures + Math.min(counts.unanswered, counts.byBalancer);
      if (failures > 0) this.#judge(counts.minutes, period, counts.requests, failures);
    }
  }

  /** A period may cease to be a failing one while it goes on. */
  #judge(periodMinutes: number, period: number, requests: number, failures: number): void {
    for (let index = 0; index < this.#windows.length; index++) {
      const window = this.#windows[index] as FailingMinutes;
      if (window.periodMinutes !== periodMinutes) continue;
      const { failingPeriods, failingShare, leastRequests, minutes } = window;
      const failing = this.#failing[index] as number[];
      const isFailing = requests >= leastRequests && failures > failingShare * requests;
      const wasFailing = failing.at(-1) === period;
      if (isFailing === wasFailing) continue;
      if (isFailing) failing.push(period);
      else failing.pop();
      const oldest = failing[failing.length - failingPeriods] ?? Number.NEGATIVE_INFINITY;
      this.#lastMinutes[index] = oldest * periodMinutes + minutes - 1;
      this.#lastOfAll = Math.max(...this.#lastMinutes);
    }
  }

  /** The first window that goes off at the end of a minute after which nothing was added. */
  firingAt(minute: number): FailingMinutes | undefined {
    // Stryker disable next-line ConditionalExpression,LogicalOperator,UnaryOperator: it only saves time, most of it: nearly always nothing has failed lately
    if ((this.#minutes.at(-1) ?? 0) > this.#lastOfAll) return undefined;
    return this.#windows.find((window, index) => this.#fires(window, this.#lastMinutes[index] as number, minute));
  }

  #fires({ minutes, mostRequests }: FailingMinutes, lastMinute: number, minute: number): boolean {
    if (mostRequests === undefined) return minute <= lastMinute;
    // In a gap the requests only become fewer: the best moment is the last one before the failing periods leave the window.
    const at = Math.min(minute, lastMinute);
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
    return this.#requestsUpTo[low - 1] ?? 0;
  }
}
