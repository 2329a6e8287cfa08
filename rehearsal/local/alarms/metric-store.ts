/** What a metric is known by. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Sample {
  readonly at: number;
  readonly value: number;
}

/** The local CloudWatch's metrics: single values, each with its time in milliseconds since 1970. */
export class MetricStore {
  readonly #samples = new Map<string, Sample[]>();
  readonly #kinds = new Set<string>();

  /**
   * Announces a kind of metric, which may stay without values: those of failures do as long as nothing fails.
   *
   * @param metricName the same for all dimensions
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
   * The values later than `from` and not later than `until`.
   *
   * @throws {Error} for a kind of metric that nobody here reports: an alarm on it could never go off, and would look well
   */
  values(metric: MetricIdentity, from: number, until: number): readonly number[] {
    if (!this.#kinds.has(kindOf(metric))) {
      throw new Error(
        `An alarm looks at ${kindOf(metric)}, which the rehearsal does not measure. Teach it in rehearsal/local/alarms/traffic-metrics.ts.`,
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
