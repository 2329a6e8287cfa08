/** What identifies a metric. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Sample {
  readonly at: number;
  readonly value: number;
}

/** The metrics of the rehearsal: single values, each with its time in milliseconds since 1970. */
export class MetricStore {
  /** By metric, in the order of their times: an alarm over an hour looks at each of its minutes. */
  readonly #samples = new Map<string, Sample[]>();
  readonly #kinds = new Set<string>();
  readonly #computed = new Map<string, ComputedStatistics>();
  readonly #keepsPast: boolean;

  /**
   * @param keepsPast whether a statistic that no later value can change is kept: for a clock that is turned by the minute, where
   *   the same periods are asked for again and again. Default false
   */
  constructor(keepsPast = false) {
    this.#keepsPast = keepsPast;
  }

  /**
   * Declares that somebody reports a metric of this name, with whatever dimensions. It may stay without values: a count of
   * failures has none as long as nothing fails.
   */
  announce(namespace: string, metricName: string): void {
    this.#kinds.add(kindOf({ namespace, metricName }));
  }

  put(metric: MetricIdentity, at: number, value: number): void {
    this.announce(metric.namespace, metric.metricName);
    const key = keyOf(metric);
    if (this.#keepsPast) this.#computed.get(key)?.forget(at);
    else this.#computed.clear();
    const samples = this.#samples.get(key);
    if (samples === undefined) this.#samples.set(key, [{ at, value }]);
    else samples.splice(countUpTo(samples, at), 0, { at, value });
  }

  /**
   * A statistic of the values after `from`, up to and including `until`; undefined without values. What was computed is kept
   * until the next value is put: alarms over windows of the same minutes ask for the same.
   *
   * @throws {Error} for a metric that nobody reports, or a statistic that is not modelled
   */
  statistic(metric: MetricIdentity, statistic: string, from: number, until: number): number | undefined {
    const key = keyOf(metric);
    let computed = this.#computed.get(key);
    if (computed === undefined) {
      computed = new ComputedStatistics();
      this.#computed.set(key, computed);
    }
    return computed.get(`${statistic} ${from} ${until}`, until, () =>
      statisticOf(statistic, this.values(metric, from, until)),
    );
  }

  /**
   * The values after `from`, up to and including `until`.
   *
   * @throws {Error} for a metric that nobody reports: an alarm on it could never fire, and would seem to be in order
   */
  values(metric: MetricIdentity, from: number, until: number): readonly number[] {
    if (!this.#kinds.has(kindOf(metric))) {
      throw new Error(
        `An alarm is planned on the metric ${kindOf(metric)}, which the rehearsal does not measure. Add it to rehearsal/local/alarms/traffic-metrics.ts.`,
      );
    }
    const samples = this.#samples.get(keyOf(metric)) ?? [];
    return samples.slice(countUpTo(samples, from), countUpTo(samples, until)).map(({ value }) => value);
  }
}

/** What was computed of one metric. */
class ComputedStatistics {
  readonly #past = new Map<string, number | undefined>();
  readonly #open = new Map<string, { readonly until: number; readonly value: number | undefined }>();
  #pastUntil = Number.NEGATIVE_INFINITY;

  get(key: string, until: number, compute: () => number | undefined): number | undefined {
    if (this.#past.has(key)) return this.#past.get(key);
    const known = this.#open.get(key);
    if (known !== undefined) return known.value;
    const value = compute();
    this.#open.set(key, { until, value });
    return value;
  }

  /** Forgets what a new value changes, and keeps the rest for good. */
  forget(at: number): void {
    if (at <= this.#pastUntil) {
      this.#past.clear();
      this.#pastUntil = Number.NEGATIVE_INFINITY;
    }
    for (const [key, { until, value }] of this.#open) {
      if (until >= at) continue;
      this.#past.set(key, value);
      this.#pastUntil = Math.max(this.#pastUntil, until);
    }
    this.#open.clear();
  }
}

/** How many samples, which are in the order of their times, were taken at this time or before. */
function countUpTo(samples: readonly Sample[], at: number): number {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function kindOf({ namespace, metricName }: Pick<MetricIdentity, "namespace" | "metricName">): string {
  return `${namespace} ${metricName}`;
}

/** A metric is asked for often, and each time by the same object of the plan. */
const keys = new WeakMap<MetricIdentity, string>();

/** A metric as a text: the same for the same namespace, name and dimensions, in whatever order these are. */
export function keyOf(metric: MetricIdentity): string {
  const known = keys.get(metric);
  if (known !== undefined) return known;
  const key = makeKey(metric);
  keys.set(metric, key);
  return key;
}

function makeKey(metric: MetricIdentity): string {
  const dimensions = Object.entries(metric.dimensions).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([kindOf(metric), dimensions]);
}

/** A value, and how many times a metric reported it. */
export type CountedValue = readonly [value: number, count: number];

/**
 * Computes a statistic of the values that a metric reported in one period.
 *
 * @param statistic `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, a percentile such as `p95`, or `PR(:2)`, which is the
 *   per cent of the values that are at most 2
 * @returns undefined where there are no values
 * @throws {Error} naming any other statistic
 * @see CloudWatch User Guide, "CloudWatch statistics definitions"
 */
export function statisticOf(statistic: string, values: readonly number[]): number | undefined {
  return statisticOfCounted(
    statistic,
    values.map((value) => [value, 1]),
  );
}

/** As {@link statisticOf}, of values of which some came more than once. */
export function statisticOfCounted(statistic: string, values: readonly CountedValue[]): number | undefined {
  const compute = formula(statistic);
  return values.length === 0 ? undefined : compute(values);
}

type Formula = (values: readonly CountedValue[]) => number;

const sumOf: Formula = (values) => values.reduce((sum, [value, count]) => sum + value * count, 0);
const countOf: Formula = (values) => values.reduce((sum, [, count]) => sum + count, 0);

function formula(statistic: string): Formula {
  if (statistic === "Sum") return sumOf;
  if (statistic === "Average") return (values) => sumOf(values) / countOf(values);
  if (statistic === "SampleCount") return countOf;
  if (statistic === "Minimum")
    return (values) => values.reduce((least, [value]) => Math.min(least, value), Number.POSITIVE_INFINITY);
  if (statistic === "Maximum")
    return (values) => values.reduce((most, [value]) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const percentile = /^p(\d{1,2}(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percentile !== undefined) return (values) => percentileOf(values, Number(percentile) / 100);
  const upTo = /^PR\(:(\d+(?:\.\d+)?)\)$/.exec(statistic)?.[1];
  if (upTo !== undefined) {
    return (values) => (100 * countOf(values.filter(([value]) => value <= Number(upTo)))) / countOf(values);
  }
  throw new Error(
    `An alarm is planned on the statistic ${statistic}, which the rehearsal does not model. Add it to rehearsal/local/alarms/metrics.ts.`,
  );
}

/** By the nearest rank. CloudWatch does not document its own method. */
function percentileOf(values: readonly CountedValue[], share: number): number {
  const sorted = values.toSorted(([one], [other]) => one - other);
  const rank = Math.max(1, Math.ceil(share * countOf(values)));
  let counted = 0;
  for (const [value, count] of sorted) {
    counted += count;
    if (counted >= rank) return value;
  }
  return 0;
}
