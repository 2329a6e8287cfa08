import type { Dimension, MetricDataQuery, PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { type Placed, tagList } from "./placing.ts";

/** A metric alarm's inputs, as the provider takes them. */
interface AlarmInputs {
  readonly alarmDescription: string;
  readonly comparisonOperator: PutMetricAlarmCommandInput["ComparisonOperator"];
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly treatMissingData: string;
  readonly alarmActions?: string[];
  readonly okActions?: string[];
  readonly namespace?: string;
  readonly metricName?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly period?: number;
  readonly statistic?: PutMetricAlarmCommandInput["Statistic"];
  readonly metricQueries?: readonly {
    readonly id: string;
    readonly expression?: string;
    readonly label?: string;
    readonly returnData: boolean;
    readonly metric?: {
      readonly namespace: string;
      readonly metricName: string;
      readonly dimensions?: Readonly<Record<string, string>>;
      readonly period: number;
      readonly stat: string;
    };
  }[];
}

/** A planned metric alarm as the API takes it, its name left out. */
export function alarmSettings(resource: Placed): Omit<PutMetricAlarmCommandInput, "AlarmName"> {
  const inputs = resource.inputs as unknown as AlarmInputs;
  return {
    AlarmDescription: inputs.alarmDescription,
    ComparisonOperator: inputs.comparisonOperator,
    Threshold: inputs.threshold,
    EvaluationPeriods: inputs.evaluationPeriods,
    DatapointsToAlarm: inputs.datapointsToAlarm,
    TreatMissingData: inputs.treatMissingData,
    AlarmActions: inputs.alarmActions,
    OKActions: inputs.okActions,
    Tags: tagList(resource),
    ...(inputs.metricQueries === undefined
      ? {
          Namespace: inputs.namespace,
          MetricName: inputs.metricName,
          Dimensions: dimensionList(inputs.dimensions),
          Period: inputs.period,
          Statistic: inputs.statistic,
        }
      : { Metrics: inputs.metricQueries.map(metricQuery) }),
  };
}

function metricQuery(query: NonNullable<AlarmInputs["metricQueries"]>[number]): MetricDataQuery {
  const { id, expression, label, returnData, metric } = query;
  return {
    Id: id,
    Expression: expression,
    Label: label,
    ReturnData: returnData,
    ...(metric === undefined
      ? {}
      : {
          MetricStat: {
            Metric: {
              Namespace: metric.namespace,
              MetricName: metric.metricName,
              Dimensions: dimensionList(metric.dimensions),
            },
            Period: metric.period,
            Stat: metric.stat,
          },
        }),
  };
}

function dimensionList(dimensions: Readonly<Record<string, string>> = {}): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
