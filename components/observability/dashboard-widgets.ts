import type { Widget } from "./dashboard-grid.ts";

/** A metric as a dashboard names it: namespace, name, dimension names and values, and how it is drawn. */
export type MetricLine = readonly (string | Readonly<Record<string, unknown>>)[];

/** How a metric is drawn; see the AWS page "Dashboard body structure and syntax". */
export interface LineOptions {
  readonly id?: string;
  readonly label?: string;
  readonly stat?: string;
  readonly color?: string;
  readonly visible?: boolean;
  readonly yAxis?: "left" | "right";
}

/** A line that draws a metric. */
export function metricLine(
  namespace: string,
  metricName: string,
  dimensions: Readonly<Record<string, string>>,
  options: LineOptions = {},
): MetricLine {
  return [namespace, metricName, ...Object.entries(dimensions).flat(), { ...options }];
}

/** A line that draws metric math, or a search. */
export function expressionLine(expression: string, options: LineOptions = {}): MetricLine {
  return [{ expression, ...options }];
}

/** What a graph shows. */
export interface GraphOptions {
  readonly title: string;
  readonly width: number;
  readonly region: string;
  readonly lines: readonly MetricLine[];
  /** Default `timeSeries`. */
  readonly view?: "timeSeries" | "singleValue";
  /** Seconds. Default 60. */
  readonly periodSeconds?: number;
  /** Default `Sum`; a line's own `stat` goes first. */
  readonly stat?: string;
  /** A line across the graph: where an alarm goes off, or what was promised. */
  readonly limit?: { readonly value: number; readonly label: string };
  /** Label of the left axis. */
  readonly unit?: string;
  /** Top of the left axis, so that neighbouring graphs can be compared by eye. */
  readonly top?: number;
}

/** A graph, or figures. */
export function graph({ title, width, region, lines, limit, unit, top, ...options }: GraphOptions): Widget {
  const { view = "timeSeries", periodSeconds = 60, stat = "Sum" } = options;
  const left = { min: 0, ...(top === undefined ? {} : { max: top }), ...(unit === undefined ? {} : { label: unit }) };
  return {
    type: "metric",
    width,
    properties: {
      title,
      region,
      view,
      stat,
      period: periodSeconds,
      metrics: lines,
      ...(view === "singleValue" ? { setPeriodToTimeRange: true } : { yAxis: { left: { ...left, showUnits: false } } }),
      ...(limit === undefined ? {} : { annotations: { horizontal: [limit] } }),
    },
  };
}

/** Alarms with their state. */
export function alarmStates(title: string, width: number, alarmArns: readonly string[]): Widget {
  return { type: "alarm", width, properties: { title, alarms: alarmArns } };
}

/** Text in Markdown. */
export function text(width: number, markdown: string): Widget {
  return { type: "text", width, properties: { markdown } };
}
