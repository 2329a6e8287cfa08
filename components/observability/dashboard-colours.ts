import { type Colour, colours } from "../../rollout/colour.ts";
import type { DashboardContext } from "./dashboard-context.ts";
import type { Row, Widget } from "./dashboard-grid.ts";
import { lineColours } from "./dashboard-overview.ts";
import { expressionLine, graph, type LineOptions, type MetricLine, metricLine } from "./dashboard-widgets.ts";
import { logMetricName } from "./log-contract.ts";

/** The colours side by side, blue on the left: one row for each question, each graph drawn alike. */
export function colourRows(context: DashboardContext): readonly Row[] {
  const sideBySide = (height: number, build: (colour: Colour) => Widget): Row => ({
    height,
    widgets: colours.map(build),
  });
  return [
    sideBySide(6, (colour) => requestGraph(context, colour)),
    sideBySide(6, (colour) => responseTimeGraph(context, colour)),
    sideBySide(5, (colour) => hostGraph(context, colour)),
    sideBySide(5, (colour) => resourceGraph(context, colour)),
    sideBySide(5, (colour) => pageLoadGraph(context, colour)),
  ];
}

const half = 12;

function ofTargetGroup(context: DashboardContext, colour: Colour) {
  return (metricName: string, options: LineOptions): MetricLine =>
    metricLine(
      "AWS/ApplicationELB",
      metricName,
      { LoadBalancer: context.loadBalancerArnSuffix, TargetGroup: context.targetGroupArnSuffixes[colour] },
      options,
    );
}

function requestGraph(context: DashboardContext, colour: Colour): Widget {
  const line = ofTargetGroup(context, colour);
  const { errorRatePercent } = context.thresholds;
  return graph({
    title: `${colour}: error rate, % (M1, M3), and requests a minute`,
    width: half,
    region: context.region,
    unit: "% failed",
    lines: [
      expressionLine("100 * FILL(failures, 0) / requests", { id: "rate", label: "error rate, %", color: "#d62728" }),
      line("HTTPCode_Target_5XX_Count", { id: "failures", visible: false }),
      line("RequestCount", { id: "requests", label: "requests", yAxis: "right", color: lineColours[colour] }),
      line("TargetConnectionErrorCount", { id: "refused", label: "connection errors", yAxis: "right" }),
    ],
    limit: { value: errorRatePercent, label: `alarm above ${errorRatePercent} % (A1)` },
  });
}

function responseTimeGraph(context: DashboardContext, colour: Colour): Widget {
  const line = ofTargetGroup(context, colour);
  const { responseTimeSeconds } = context.thresholds;
  return graph({
    title: `${colour}: response time, s (M1)`,
    width: half,
    region: context.region,
    unit: "s",
    lines: [
      line("TargetResponseTime", { stat: "Average", label: "average", color: lineColours[colour] }),
      line("TargetResponseTime", { stat: "p95", label: "p95", color: "#ff7f0e" }),
      line("TargetResponseTime", { stat: "p99", label: "p99", color: "#c5b0d5" }),
    ],
    limit: { value: responseTimeSeconds, label: `alarm at p95 above ${responseTimeSeconds} s (A2)` },
  });
}

function hostGraph(context: DashboardContext, colour: Colour): Widget {
  const line = ofTargetGroup(context, colour);
  return graph({
    title: `${colour}: tasks by health (M1)`,
    width: half,
    region: context.region,
    lines: [
      line("HealthyHostCount", { stat: "Minimum", label: "healthy", color: lineColours[colour] }),
      line("UnHealthyHostCount", { stat: "Maximum", label: "unhealthy", color: "#d62728" }),
    ],
  });
}

function resourceGraph(context: DashboardContext, colour: Colour): Widget {
  const { memoryPercent } = context.thresholds;
  const dimensions = { ClusterName: context.clusterName, ServiceName: context.serviceNames[colour] };
  return graph({
    title: `${colour}: CPU and memory, % (R2)`,
    width: half,
    region: context.region,
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

function pageLoadGraph(context: DashboardContext, colour: Colour): Widget {
  const fromLogs = (event: "pageLoad" | "connectionFailures", options: LineOptions) =>
    metricLine(context.metricNamespace, logMetricName(event, colour), {}, options);
  return graph({
    title: `${colour}: page load, ms (M3), and failed database connections (A3)`,
    width: half,
    region: context.region,
    periodSeconds: 300,
    unit: "ms",
    lines: [
      fromLogs("pageLoad", { stat: "p50", label: "median", color: lineColours[colour] }),
      fromLogs("pageLoad", { stat: "p95", label: "p95", color: "#ff7f0e" }),
      fromLogs("connectionFailures", { label: "failed connections", yAxis: "right", color: "#d62728" }),
    ],
  });
}
