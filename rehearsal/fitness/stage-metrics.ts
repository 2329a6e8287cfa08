import { type CountedValue, keyOf, type MetricIdentity, statisticOfCounted } from "../local/alarms/metrics.ts";
import type { PublishedMetrics } from "./published-metrics.ts";
import type { StageMinute } from "./stage-minute.ts";

/** The values that a metric gets in a minute; none where AWS publishes nothing. */
type Values = (minute: StageMinute) => readonly CountedValue[];

const minuteMilliseconds = 60_000;

/** The values of one metric between two minutes: how often each came. */
interface Window {
  from: number;
  until: number;
  readonly counts: Map<number, number>;
}

/** The metrics of a stage over time, computed where an alarm asks for them. Minute 0 begins at time 0. */
export class StageMetrics {
  readonly #published: PublishedMetrics;
  readonly #happens: (minute: number) => StageMinute;
  readonly #minutes = new Map<number, StageMinute>();
  /** By metric and length. An alarm that is evaluated each minute moves its windows on by a minute. */
  readonly #windows = new Map<string, Map<number, Window>>();

  constructor(published: PublishedMetrics, happens: (minute: number) => StageMinute) {
    this.#published = published;
    this.#happens = happens;
  }

  /** A statistic of the minutes between two times, milliseconds; undefined where nothing was published. */
  statistic(metric: MetricIdentity, statistic: string, from: number, until: number): number | undefined {
    const id = keyOf(metric);
    const publish = this.#published.get(id);
    if (publish === undefined) return statisticOfCounted(statistic, []);
    const [first, end] = [from / minuteMilliseconds, until / minuteMilliseconds];
    if (end - first === 1) return statisticOfCounted(statistic, publish(this.#minute(first)));
    return statisticOfCounted(statistic, [...this.#window(id, publish, first, end).counts]);
  }

  #window(id: string, publish: Values, from: number, until: number): Window {
    const ofMetric = this.#windows.get(id) ?? new Map<number, Window>();
    this.#windows.set(id, ofMetric);
    const length = until - from;
    const last = ofMetric.get(length);
    const window =
      last !== undefined && from >= last.from && from < last.until
        ? last
        : { from, until: from, counts: new Map<number, number>() };
    ofMetric.set(length, window);
    for (; window.from < from; window.from++) this.#count(window, publish, window.from, -1);
    for (; window.until < until; window.until++) this.#count(window, publish, window.until, 1);
    return window;
  }

  #count({ counts }: Window, publish: Values, minute: number, sign: 1 | -1): void {
    for (const [value, count] of publish(this.#minute(minute))) {
      const left = (counts.get(value) ?? 0) + sign * count;
      if (left === 0) counts.delete(value);
      else counts.set(value, left);
    }
  }

  #minute(minute: number): StageMinute {
    const known = this.#minutes.get(minute);
    if (known !== undefined) return known;
    const happened = this.#happens(minute);
    this.#minutes.set(minute, happened);
    return happened;
  }
}
