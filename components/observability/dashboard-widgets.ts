import type { Colour } from "../../rollout/colour.ts";

/** What the dashboard shows, all of it plain. */
export interface DashboardValues {
  readonly stackName: string;
  readonly region: string;
  readonly metricNamespace: string;
  readonly loadBalancerArnSuffix: string;
  readonly targetGroupArnSuffixes: Readonly<Record<Colour, string>>;
  readonly clusterName: string;
  readonly serviceNames: Readonly<Record<Colour, string>>;
  readonly databaseInstanceIdentifier: string;
  readonly maxConnections: number;
  readonly webAclMetricName: string;
  readonly compositeAlarmArns: Readonly<Record<Colour, string>>;
  readonly thresholds: {
    readonly errorRatePercent: number;
    readonly responseTimeSeconds: number;
    readonly memoryPercent: number;
  };
  readonly objectives: {
    readonly availabilityPercent: number;
    readonly averageResponseMilliseconds: number;
    readonly errorRatePercent: number;
  };
}

/** CloudWatch's grid is this wide. */
const gridColumns = 24;

/** A widget without its place. */
export interface Widget {
  readonly type: "metric" | "alarm" | "text";
  /** Columns, 1 to 24. */
  readonly width: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Widgets side by side. */
export interface Row {
  /** Units of the grid, 1 to 1000. */
  readonly height: number;
  readonly widgets: readonly Widget[];
}

/** A widget where CloudWatch draws it. */
export interface PlacedWidget extends Widget {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/**
 * Places rows one below the other, the widgets of each from left to right.
 *
 * @throws {RangeError} when a row is wider than the grid. CloudWatch would wrap it, and blue would no longer be beside green
 */
export function placeRows(rows: readonly Row[]): readonly PlacedWidget[] {
  let y = 0;
  return rows.flatMap(({ height, widgets }) => {
    let x = 0;
    const placed = widgets.map((widget) => {
      const place = { ...widget, x, y, height };
      x += widget.width;
      return place;
    });
    if (x > gridColumns) {
      throw new RangeError(`A row of the dashboard at y ${y} is ${x} columns wide. The grid has ${gridColumns}.`);
    }
    y += height;
    return placed;
  });
}

/** Lines about a colour are drawn in that colour. */
export const lineColours: Readonly<Record<Colour, string>> = { blue: "#1f77b4", green: "#2ca02c" };

/** A metric as a dashboard names it: namespace, name, dimension names and values, and how it is drawn. */
export type MetricLine = readonly (string | Readonly<Record<string, unknown>>)[];

/** How a metric is drawn. See the AWS page "Dashboard body structure and syntax". */
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
  options: LineOptions,
): MetricLine {
  return [namespace, metricName, ...Object.entries(dimensions).flat(), { ...options }];
}

/** A line that draws metric math, or a search. */
export function expressionLine(expression: string, options: LineOptions): MetricLine {
  return [{ expression, ...options }];
}

/** What a graph shows. */
export interface GraphOptions {
  readonly title: string;
  readonly width: number;
  readonly region: string;
  /** Each draws the sum of its metric, unless its own `stat` says otherwise. */
  readonly lines: readonly MetricLine[];
  /** Default `timeSeries`. */
  readonly view?: "timeSeries" | "singleValue";
  /** Seconds. Default 60. */
  readonly periodSeconds?: number;
  /** A line across the graph: where an alarm goes off, or what was promised. */
  readonly limit?: { readonly value: number; readonly label: string };
  /** Label of the left axis. */
  readonly unit?: string;
  /** Top of the left axis, so that people can compare graphs side by side. */
  readonly top?: number;
}

/** A graph, or figures. */
export function graph({ title, width, region, lines, limit, unit, top, ...options }: GraphOptions): Widget {
  const { view = "timeSeries", periodSeconds = 60 } = options;
  const left = { min: 0, max: top, label: unit, showUnits: false };
  return {
    type: "metric",
    width,
    properties: {
      title,
      region,
      view,
      stat: "Sum",
      period: periodSeconds,
      metrics: lines,
      ...(view === "singleValue" ? { setPeriodToTimeRange: true } : { yAxis: { left } }),
      annotations: limit === undefined ? undefined : { horizontal: [limit] },
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
