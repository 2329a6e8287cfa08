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
  readonly #samples = new Map<string, Sample[]>();
  readonly #kinds = new Set<string>();

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
    const samples = this.#samples.get(key);
    if (samples === undefined) this.#samples.set(key, [{ at, value }]);
    else samples.push({ at, value });
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
    return samples.filter(({ at }) => at > from && at <= until).map(({ value }) => value);
  }
}

function kindOf({ namespace, metricName }: Pick<MetricIdentity, "namespace" | "metricName">): string {
  return `${namespace} ${metricName}`;
}

function keyOf(metric: MetricIdentity): string {
  const dimensions = Object.entries(metric.dimensions).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([kindOf(metric), dimensions]);
}

/**
 * Computes a statistic of the values that a metric reported in one period.
 *
 * @param statistic `Sum`, `Minimum`, `Maximum`, `SampleCount`, a percentile such as `p95`, or `PR(:2)`, which is the per
 *   cent of the values that are at most 2
 * @returns undefined where there are no values
 * @throws {Error} naming any other statistic
 * @see CloudWatch User Guide, "CloudWatch statistics definitions"
 */
export function statisticOf(statistic: string, values: readonly number[]): number | undefined {
  const compute = formula(statistic);
  return values.length === 0 ? undefined : compute(values);
}

function formula(statistic: string): (values: readonly number[]) => number {
  if (statistic === "Sum") return (values) => values.reduce((sum, value) => sum + value, 0);
  if (statistic === "SampleCount") return (values) => values.length;
  if (statistic === "Minimum") return (values) => values.reduce((least, value) => Math.min(least, value));
  if (statistic === "Maximum") return (values) => values.reduce((most, value) => Math.max(most, value));
  const percentile = /^p(\d{1,2}(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percentile !== undefined) return (values) => nearestRank(values, Number(percentile) / 100);
  const upTo = /^PR\(:(\d+(?:\.\d+)?)\)$/.exec(statistic)?.[1];
  if (upTo !== undefined) {
    return (values) => (100 * values.filter((value) => value <= Number(upTo)).length) / values.length;
  }
  throw new Error(
    `An alarm is planned on the statistic ${statistic}, which the rehearsal does not model. Add it to rehearsal/local/alarms/metrics.ts.`,
  );
}

/** A percentile by the nearest rank. CloudWatch does not document its own method. */
function nearestRank(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
