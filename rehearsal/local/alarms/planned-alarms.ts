import { z } from "zod";
import { type CompositeRule, readCompositeRule } from "../../../policies/alarm-rule.ts";
import { compositeAlarm, metricAlarm } from "../../../policies/kinds.ts";
import { type Colour, colours } from "../../../rollout/colour.ts";
import { candidateWeightMetricName } from "../../../rollout/rollback-machine.ts";
import {
  ofKind,
  type PlannedResource,
  type PlannedStack,
  readInputs,
  readOutput,
} from "../../plan/planned-resource.ts";
import { type MetricMath, readMetricMath } from "./formulas.ts";
import type { MetricIdentity } from "./metrics.ts";

/** A planned composite alarm. */
export interface PlannedCompositeAlarm {
  readonly name: string;
  readonly arn: string;
  readonly colour: Colour;
  /** The rule's text as it is planned. */
  readonly ruleText: string;
  readonly rule: CompositeRule;
  /** The alarms that the rule names. */
  readonly parts: readonly PlannedMetricAlarm[];
}

/** An alarm whose actions are off changes its state all the same, and EventBridge hears of it. */
const compositeInputs = z.object({ alarmRule: z.string() });

/**
 * Reads each colour's composite alarm, and the alarms that its rule names.
 *
 * @throws {Error} when an alarm is planned in a way that is not modelled, or a rule names an alarm that is not planned
 */
export function readColourAlarms(plan: PlannedStack): readonly PlannedCompositeAlarm[] {
  const { resources } = plan;
  const names = readOutput(plan, "compositeAlarmNames");
  return colours.map((colour) => {
    const composite = ofKind(resources, compositeAlarm).find(({ outputs }) => outputs["alarmName"] === names[colour]);
    if (composite === undefined) throw new Error(`The plan has no composite alarm ${names[colour]}.`);
    const { alarmRule } = readInputs(composite, compositeInputs);
    const rule = readCompositeRule(alarmRule);
    const parts = rule.alarmNames.map((name) => {
      const part = ofKind(resources, metricAlarm).find(({ outputs }) => outputs["name"] === name);
      if (part === undefined) throw new Error(`The rule of ${composite.name} names ${name}, which is not planned.`);
      return readMetricAlarm(part);
    });
    const { alarmName, arn } = composite.outputs;
    return { name: String(alarmName), arn: String(arn), colour, ruleText: alarmRule, rule, parts };
  });
}

/** A planned alarm on the limit of a step. It acts by itself, and belongs to no colour. */
export interface PlannedLimitAlarm {
  readonly name: string;
  readonly arn: string;
  readonly alarm: PlannedMetricAlarm;
}

/**
 * Reads the alarms on the candidate's weight, each of which holds the limit of a step.
 *
 * @throws {Error} when one is planned in a way that is not modelled
 */
export function readLimitAlarms({ resources }: Pick<PlannedStack, "resources">): readonly PlannedLimitAlarm[] {
  return ofKind(resources, metricAlarm)
    .filter(({ inputs }) => JSON.stringify(inputs).includes(`"metricName":"${candidateWeightMetricName}"`))
    .map((resource) => {
      const alarm = readMetricAlarm(resource);
      return { name: alarm.name, arn: String(resource.outputs["arn"]), alarm };
    });
}

/** A planned metric alarm. */
export interface PlannedMetricAlarm {
  /** Name in AWS, as composite alarms name it. */
  readonly name: string;
  /** Logical name. */
  readonly logicalName: string;
  readonly comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Length of a period, as planned. */
  readonly periodSeconds: number;
  /** How many of the last periods are looked at. */
  readonly periods: number;
  /** How many of them must be bad. */
  readonly badPeriods: number;
  /** How a period without data counts. */
  readonly missingData: "notBreaching" | "breaching" | "ignore";
  /** The metrics by id, each with its statistic. */
  readonly metrics: Readonly<Record<string, { readonly identity: MetricIdentity; readonly statistic: string }>>;
  /** Computes the value that is compared with the threshold. */
  readonly math: MetricMath;
  /** The topics that it tells itself; none where its actions are off. */
  readonly topicArns: readonly string[];
}

/** Every alarm of a plan. */
export interface PlannedAlarms {
  readonly metric: readonly PlannedMetricAlarm[];
  readonly composite: readonly PlannedAlarmOnAlarms[];
}

/** A planned composite alarm, whatever it watches. */
interface PlannedAlarmOnAlarms {
  readonly name: string;
  readonly logicalName: string;
  readonly arn: string;
  readonly rule: CompositeRule;
  /** The topics that it tells itself; none where its actions are off. */
  readonly topicArns: readonly string[];
}

/**
 * Reads every alarm of a plan.
 *
 * @throws {Error} when one is planned in a way that is not modelled
 */
export function readAlarms({ resources }: Pick<PlannedStack, "resources">): PlannedAlarms {
  return {
    metric: ofKind(resources, metricAlarm).map(readMetricAlarm),
    composite: ofKind(resources, compositeAlarm).map((resource) => {
      const inputs = readInputs(resource, anyComposite);
      const { alarmName, arn } = resource.outputs;
      return {
        name: String(alarmName),
        logicalName: resource.name,
        arn: String(arn),
        rule: readCompositeRule(inputs.alarmRule),
        topicArns: toldTopics(inputs),
      };
    }),
  };
}

const anyComposite = z.object({
  alarmRule: z.string(),
  actionsEnabled: z.boolean().optional(),
  alarmActions: z.array(z.string()).optional(),
});

function toldTopics({
  actionsEnabled = true,
  alarmActions = [],
}: Pick<z.output<typeof anyComposite>, "actionsEnabled" | "alarmActions">): readonly string[] {
  return actionsEnabled ? alarmActions : [];
}

const common = {
  alarmDescription: z.string(),
  comparisonOperator: z.enum(["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"]),
  threshold: z.number(),
  evaluationPeriods: z.int().min(1),
  datapointsToAlarm: z.int().min(1).optional(),
  treatMissingData: z.enum(["notBreaching", "breaching", "ignore"]),
  alarmActions: z.array(z.string()).optional(),
  okActions: z.array(z.string()).optional(),
  actionsEnabled: z.boolean().optional(),
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

function readMetricAlarm(resource: PlannedResource): PlannedMetricAlarm {
  const inputs =
    "metricQueries" in resource.inputs ? readInputs(resource, ofExpression) : readInputs(resource, ofOneMetric);
  const { metrics, expression, periods } = "metricQueries" in inputs ? readQueries(inputs) : readSingle(inputs);
  const [periodSeconds] = periods;
  if (periodSeconds === undefined || new Set(periods).size > 1) {
    throw new Error(
      `${resource.name} is planned with periods of ${periods.join(", ")} s. The rehearsal models one period for each alarm.`,
    );
  }
  return {
    name: String(resource.outputs["name"] ?? resource.name),
    logicalName: resource.name,
    comparison: inputs.comparisonOperator,
    threshold: inputs.threshold,
    periodSeconds,
    periods: inputs.evaluationPeriods,
    badPeriods: inputs.datapointsToAlarm ?? inputs.evaluationPeriods,
    missingData: inputs.treatMissingData,
    metrics,
    math: readMetricMath(expression, Object.keys(metrics)),
    topicArns: toldTopics(inputs),
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
    // CloudWatch accepts exactly one query that returns data.
    expression: expressions.length === 1 ? (expressions[0] ?? "") : "",
    periods: metrics.map(({ metric }) => metric.period),
  };
}

function identityOf({ namespace, metricName, dimensions }: MetricIdentity): MetricIdentity {
  return { namespace, metricName, dimensions };
}
