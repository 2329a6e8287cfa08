/**
 * One statistic of the values that a metric reported in a period.
 *
 * @param statistic `Sum`, `Minimum`, `Maximum`, `SampleCount`, a percentile such as `p95`, or `PR(:2)`, the per cent of
 * values up to 2
 * @param values may be empty: the metric reported nothing, so there is no statistic
 * @throws {Error} naming a statistic that is none of these
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
  throw new Error(`An alarm uses the statistic ${statistic}, which the rehearsal does not model.`);
}

/** The value that this share of values does not exceed. CloudWatch's own is close to it and not documented further. */
function nearestRank(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
