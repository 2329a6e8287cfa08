import { type Colour, colours } from "../../rollout/colour.ts";
import { colourFailureMath, colourFailureMetrics } from "./colour-failures.ts";
import {
  type DashboardValues,
  expressionLine,
  graph,
  type LineOptions,
  lineColours,
  type MetricLine,
  metricLine,
  type Row,
  type Widget,
} from "./dashboard-widgets.ts";
import { logMetricName } from "./log-contract.ts";
import type { Metric, TargetGroupDimensions } from "./metrics.ts";

/** The colours side by side, blue on the left. Each row answers one question, with two graphs that are drawn alike. */
export function colourRows(values: DashboardValues): readonly Row[] {
  const sideBySide = (height: number, build: (colour: Colour) => Widget): Row => ({
    height,
    widgets: colours.map(build),
  });
  return [
    sideBySide(6, (colour) => requestGraph(values, colour)),
    sideBySide(6, (colour) => responseTimeGraph(values, colour)),
    sideBySide(5, (colour) => hostGraph(values, colour)),
    sideBySide(5, (colour) => resourceGraph(values, colour)),
    sideBySide(5, (colour) => pageLoadGraph(values, colour)),
  ];
}

const half = 12;

function groupOf(values: DashboardValues, colour: Colour): TargetGroupDimensions<string> {
  const { loadBalancerArnSuffix, targetGroupArnSuffixes } = values;
  return { loadBalancerArnSuffix, targetGroupArnSuffix: targetGroupArnSuffixes[colour] };
}

/** A metric that the failures are computed from. Only the requests are drawn themselves. */
function failureLine(id: string, { namespace, metricName, dimensions }: Metric<string>, colour: Colour): MetricLine {
  const shown = metricName === "RequestCount";
  const options = shown
    ? { label: "requests", yAxis: "right" as const, color: lineColours[colour] }
    : { visible: false };
  return metricLine(namespace, metricName, dimensions, { id, ...options });
}

function ofTargetGroup(values: DashboardValues, colour: Colour) {
  return (metricName: string, options: LineOptions): MetricLine =>
    metricLine(
      "AWS/ApplicationELB",
      metricName,
      { LoadBalancer: values.loadBalancerArnSuffix, TargetGroup: values.targetGroupArnSuffixes[colour] },
      options,
    );
}

function requestGraph(values: DashboardValues, colour: Colour): Widget {
  const { errorRatePercent } = values.thresholds;
  return graph({
    title: `${colour}: error rate, % (M1, M3), and requests a minute`,
    width: half,
    region: values.region,
    unit: "% failed",
    lines: [
      expressionLine(`100 * ${colourFailureMath.failures} / asked`, {
        id: "rate",
        label: "failed, %",
        color: "#d62728",
      }),
      expressionLine(`100 * ${colourFailureMath.balancerFailures} / asked`, {
        id: "unanswered",
        label: "of these answered by the load balancer (502, 504), %, at most",
        color: "#e377c2",
      }),
      ...Object.entries(colourFailureMetrics(groupOf(values, colour))).map(([id, metric]) =>
        failureLine(id, metric, colour),
      ),
    ],
    limit: { value: errorRatePercent, label: `alarm above ${errorRatePercent} % (A1)` },
  });
}

function responseTimeGraph(values: DashboardValues, colour: Colour): Widget {
  const line = ofTargetGroup(values, colour);
  const { responseTimeSeconds } = values.thresholds;
  return graph({
    title: `${colour}: response time, s (M1)`,
    width: half,
    region: values.region,
    unit: "s",
    lines: [
      line("TargetResponseTime", { stat: "Average", label: "average", color: lineColours[colour] }),
      line("TargetResponseTime", { stat: "p95", label: "p95", color: "#ff7f0e" }),
      line("TargetResponseTime", { stat: "p99", label: "p99", color: "#c5b0d5" }),
    ],
    limit: { value: responseTimeSeconds, label: `alarm at p95 above ${responseTimeSeconds} s (A2)` },
  });
}

function hostGraph(values: DashboardValues, colour: Colour): Widget {
  const line = ofTargetGroup(values, colour);
  return graph({
    title: `${colour}: tasks by health (M1)`,
    width: half,
    region: values.region,
    lines: [
      line("HealthyHostCount", { stat: "Minimum", label: "healthy", color: lineColours[colour] }),
      line("UnHealthyHostCount", { stat: "Maximum", label: "unhealthy", color: "#d62728" }),
    ],
  });
}

function resourceGraph(values: DashboardValues, colour: Colour): Widget {
  const { memoryPercent } = values.thresholds;
  const dimensions = { ClusterName: values.clusterName, ServiceName: values.serviceNames[colour] };
  return graph({
    title: `${colour}: CPU and memory, % (R2)`,
    width: half,
    region: values.region,
    unit: "%",
    top: 100,
    lines: [
      metricLine("AWS/ECS", "CPUUtilization", dimensions, { stat: "Average", label: "CPU", color: "#9467bd" }),
      metricLine("AWS/ECS", "MemoryUtilization", dimensions, {
        stat: "Maximum",
        label: "memory of the fullest task",
        color: lineColours[colour],
      }),
    ],
    limit: { value: memoryPercent, label: `alarm above ${memoryPercent} % memory (A4)` },
  });
}

function pageLoadGraph(values: DashboardValues, colour: Colour): Widget {
  const fromLogs = (event: "pageLoad" | "connectionFailures", options: LineOptions) =>
    metricLine(values.metricNamespace, logMetricName(event, colour), {}, options);
  return graph({
    title: `${colour}: page load, ms (M3), and failed database connections (A3)`,
    width: half,
    region: values.region,
    periodSeconds: 300,
    unit: "ms",
    lines: [
      fromLogs("pageLoad", { stat: "p50", label: "median", color: lineColours[colour] }),
      fromLogs("pageLoad", { stat: "p95", label: "p95", color: "#ff7f0e" }),
      fromLogs("connectionFailures", { label: "failed connections", yAxis: "right", color: "#d62728" }),
    ],
  });
}
