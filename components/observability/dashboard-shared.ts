import { colours } from "../../rollout/colour.ts";
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
import { type LogEventName, logEvents, logMetricName, slowQueries } from "./log-contract.ts";

/** What both colours share: database (guide M2), security (M4), business (M5). */
export function sharedRows(values: DashboardValues): readonly Row[] {
  return [
    { height: 6, widgets: [connectionGraph(values), queryGraph(values), databaseLoadGraph(values)] },
    { height: 6, widgets: [loginGraph(values), firewallGraph(values), balancerGraph(values)] },
    { height: 6, widgets: [registrationGraph(values), featureGraph(values)] },
  ];
}

const third = 8;

function ofDatabase(
  { databaseInstanceIdentifier }: DashboardValues,
  metricName: string,
  options: LineOptions,
): MetricLine {
  return metricLine("AWS/RDS", metricName, { DBInstanceIdentifier: databaseInstanceIdentifier }, options);
}

function connectionGraph(values: DashboardValues): Widget {
  return graph({
    title: "Database: connections (M2)",
    width: third,
    region: values.region,
    lines: [ofDatabase(values, "DatabaseConnections", { stat: "Maximum", label: "connections" })],
    limit: { value: values.maxConnections, label: "max_connections" },
  });
}

function queryGraph(values: DashboardValues): Widget {
  return graph({
    title: "Database: I/O latency, s, and slow queries (M2)",
    width: third,
    region: values.region,
    unit: "s",
    lines: [
      ofDatabase(values, "ReadLatency", { stat: "Average", label: "read" }),
      ofDatabase(values, "WriteLatency", { stat: "Average", label: "write" }),
      metricLine(values.metricNamespace, slowQueries.metric, {}, { label: "slow queries", yAxis: "right" }),
    ],
  });
}

function databaseLoadGraph(values: DashboardValues): Widget {
  return graph({
    title: "Database: CPU, %, free storage and memory, bytes (R2, A5)",
    width: third,
    region: values.region,
    unit: "%",
    lines: [
      ofDatabase(values, "CPUUtilization", { stat: "Average", label: "CPU, %" }),
      ofDatabase(values, "FreeStorageSpace", { stat: "Minimum", label: "free storage", yAxis: "right" }),
      ofDatabase(values, "FreeableMemory", { stat: "Minimum", label: "free memory", yAxis: "right" }),
    ],
  });
}

function linesByColour({ metricNamespace }: DashboardValues, event: LogEventName): readonly MetricLine[] {
  return colours.map((colour) =>
    metricLine(metricNamespace, logMetricName(event, colour), {}, { label: colour, color: lineColours[colour] }),
  );
}

function loginGraph(values: DashboardValues): Widget {
  return graph({
    title: "Failed logins (M4)",
    width: third,
    region: values.region,
    periodSeconds: 300,
    lines: linesByColour(values, "failedLogins"),
  });
}

function firewallGraph({ region, webAclMetricName }: DashboardValues): Widget {
  // A search, so that the graph follows the firewall's rules.
  const search = `SEARCH('{AWS/WAFV2,Region,Rule,WebACL} WebACL="${webAclMetricName}" MetricName="BlockedRequests"', 'Sum', 300)`;
  return graph({
    title: "Requests blocked by the firewall, by rule (M4)",
    width: third,
    region,
    periodSeconds: 300,
    lines: [expressionLine(search, { id: "blocked" })],
  });
}

function balancerGraph({ region, loadBalancerArnSuffix }: DashboardValues): Widget {
  const line = (metricName: string, label: string) =>
    metricLine("AWS/ApplicationELB", metricName, { LoadBalancer: loadBalancerArnSuffix }, { label });
  return graph({
    title: "Load balancer: its own answers (M1)",
    width: third,
    region,
    lines: [
      line("HTTPCode_ELB_5XX_Count", "5xx"),
      line("HTTPCode_ELB_4XX_Count", "4xx"),
      line("RejectedConnectionCount", "rejected connections"),
    ],
  });
}

function registrationGraph(values: DashboardValues): Widget {
  return graph({
    title: "Registrations an hour (M5)",
    width: 12,
    region: values.region,
    periodSeconds: 3600,
    lines: linesByColour(values, "registrations"),
  });
}

function featureGraph({ region, metricNamespace }: DashboardValues): Widget {
  const search = `SEARCH('{${metricNamespace},Feature} ${logEvents.featureUsage.metric}', 'Sum', 3600)`;
  return graph({
    title: "Features used, uses an hour (M5)",
    width: 12,
    region,
    periodSeconds: 3600,
    lines: [expressionLine(search, { id: "features" })],
  });
}
