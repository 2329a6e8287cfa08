import { z } from "zod";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import { readInputs } from "../routes/read-inputs.ts";
import { type MetricMath, readMetricMath } from "./metric-math.ts";
import type { MetricIdentity } from "./metric-store.ts";

/** A planned alarm on metrics. */
export interface PlannedMetricAlarm {
  /** Name in AWS, which composite alarms know it by. */
  readonly name: string;
  /** Logical name. */
  readonly logicalName: string;
  readonly comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Seconds that one value is taken over, as planned. */
  readonly periodSeconds: number;
  /** Periods that are looked at, and how many of them must be bad. */
  readonly periods: number;
  readonly badPeriods: number;
  /** What a period without data counts as. */
  readonly missingData: "notBreaching" | "breaching";
  /** The metrics by id, each with its statistic. */
  readonly metrics: Readonly<Record<string, { readonly identity: MetricIdentity; readonly statistic: string }>>;
  /** The value that is compared with the threshold. */
  readonly math: MetricMath;
}

const common = {
  alarmDescription: z.string(),
  comparisonOperator: z.enum(["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"]),
  threshold: z.number(),
  evaluationPeriods: z.int().min(1),
  datapointsToAlarm: z.int().min(1),
  treatMissingData: z.enum(["notBreaching", "breaching"]),
  tags: z.record(z.string(), z.string()).optional(),
};
const identity = {
  namespace: z.string(),
  metricName: z.string(),
  dimensions: z.record(z.string(), z.string()),
  period: z.int().min(60),
};
const ofOneMetric = z.strictObject({ ...common, ...identity, statistic: z.string() });
const ofExpression = z.strictObject({
  ...common,
  metricQueries: z.array(
    z.union([
      z.strictObject({ id: z.string(), expression: z.string(), label: z.string(), returnData: z.literal(true) }),
      z.strictObject({
        id: z.string(),
        metric: z.strictObject({ ...identity, stat: z.string() }),
        returnData: z.literal(false),
      }),
    ]),
  ),
});
/**
 * Reads one alarm on metrics.
 *
 * @throws {Error} when the plan uses something of an alarm that is not modelled
 */
export function readMetricAlarm(resource: PlannedResource): PlannedMetricAlarm {
  const inputs =
    "metricQueries" in resource.inputs ? readInputs(resource, ofExpression) : readInputs(resource, ofOneMetric);
  const { metrics, expression, periods } = "metricQueries" in inputs ? readQueries(inputs) : readSingle(inputs);
  const [periodSeconds] = periods;
  if (periodSeconds === undefined || new Set(periods).size > 1) {
    throw new Error(
      `${resource.name} is planned over ${periods.join(", ")} s; the rehearsal models one period an alarm.`,
    );
  }
  return {
    name: String(resource.outputs["name"] ?? resource.name),
    logicalName: resource.name,
    comparison: inputs.comparisonOperator,
    threshold: inputs.threshold,
    periodSeconds,
    periods: inputs.evaluationPeriods,
    badPeriods: inputs.datapointsToAlarm,
    missingData: inputs.treatMissingData,
    metrics,
    math: readMetricMath(expression, Object.keys(metrics)),
  };
}

interface Queried {
  readonly metrics: PlannedMetricAlarm["metrics"];
  readonly expression: string;
  readonly periods: readonly number[];
}

function readSingle({ statistic, period, ...of }: z.output<typeof ofOneMetric>): Queried {
  return { metrics: { value: { identity: identityOf(of), statistic } }, expression: "value", periods: [period] };
}

function readQueries({ metricQueries }: z.output<typeof ofExpression>): Queried {
  const expressions = metricQueries.flatMap((query) => ("expression" in query ? [query.expression] : []));
  const metrics = metricQueries.flatMap((query) => ("metric" in query ? [query] : []));
  return {
    metrics: Object.fromEntries(
      metrics.map(({ id, metric }) => [id, { identity: identityOf(metric), statistic: metric.stat }]),
    ),
    // CloudWatch takes exactly one query that returns data.
    expression: expressions.length === 1 ? (expressions[0] ?? "") : "",
    periods: metrics.map(({ metric }) => metric.period),
  };
}

function identityOf({ namespace, metricName, dimensions }: MetricIdentity): MetricIdentity {
  return { namespace, metricName, dimensions };
}
