import { colours } from "../../rollout/colour.ts";
import type { DashboardContext } from "./dashboard-context.ts";
import type { Row, Widget } from "./dashboard-grid.ts";
import { lineColours } from "./dashboard-overview.ts";
import { expressionLine, graph, type LineOptions, metricLine } from "./dashboard-widgets.ts";
import { type LogEventName, logEvents, logMetricName, slowQueries } from "./log-contract.ts";

/** What both colours share: database (guide M2), security (M4), business (M5). */
export function sharedRows(context: DashboardContext): readonly Row[] {
  return [
    { height: 6, widgets: [connectionGraph(context), queryGraph(context), databaseLoadGraph(context)] },
    { height: 6, widgets: [loginGraph(context), firewallGraph(context), balancerGraph(context)] },
    { height: 6, widgets: [registrationGraph(context), featureGraph(context)] },
  ];
}

const third = 8;

function ofDatabase({ databaseInstanceIdentifier }: DashboardContext, metricName: string, options: LineOptions) {
  return metricLine("AWS/RDS", metricName, { DBInstanceIdentifier: databaseInstanceIdentifier }, options);
}

function connectionGraph(context: DashboardContext): Widget {
  return graph({
    title: "Database: connections (M2)",
    width: third,
    region: context.region,
    lines: [ofDatabase(context, "DatabaseConnections", { stat: "Maximum", label: "connections" })],
    limit: { value: context.maxConnections, label: "max_connections" },
  });
}

function queryGraph(context: DashboardContext): Widget {
  return graph({
    title: "Database: I/O latency, s, and slow queries (M2)",
    width: third,
    region: context.region,
    unit: "s",
    lines: [
      ofDatabase(context, "ReadLatency", { stat: "Average", label: "read" }),
      ofDatabase(context, "WriteLatency", { stat: "Average", label: "write" }),
      metricLine(context.metricNamespace, slowQueries.metric, {}, { label: "slow queries", yAxis: "right" }),
    ],
  });
}

function databaseLoadGraph(context: DashboardContext): Widget {
  return graph({
    title: "Database: CPU, %, free storage and memory, bytes (R2, A5)",
    width: third,
    region: context.region,
    unit: "%",
    lines: [
      ofDatabase(context, "CPUUtilization", { stat: "Average", label: "CPU, %" }),
      ofDatabase(context, "FreeStorageSpace", { stat: "Minimum", label: "free storage", yAxis: "right" }),
      ofDatabase(context, "FreeableMemory", { stat: "Minimum", label: "free memory", yAxis: "right" }),
    ],
  });
}

function byColourLines({ metricNamespace }: DashboardContext, event: LogEventName) {
  return colours.map((colour) =>
    metricLine(metricNamespace, logMetricName(event, colour), {}, { label: colour, color: lineColours[colour] }),
  );
}

function loginGraph(context: DashboardContext): Widget {
  return graph({
    title: "Failed logins (M4)",
    width: third,
    region: context.region,
    periodSeconds: 300,
    lines: byColourLines(context, "failedLogins"),
  });
}

function firewallGraph({ region, webAclMetricName }: DashboardContext): Widget {
  // A search, since the rules' names are the firewall's business.
  const search = `SEARCH('{AWS/WAFV2,Region,Rule,WebACL} WebACL="${webAclMetricName}" MetricName="BlockedRequests"', 'Sum', 300)`;
  return graph({
    title: "Requests blocked by the firewall, by rule (M4)",
    width: third,
    region,
    periodSeconds: 300,
    lines: [expressionLine(search, { id: "blocked" })],
  });
}

function balancerGraph({ region, loadBalancerArnSuffix }: DashboardContext): Widget {
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

function registrationGraph(context: DashboardContext): Widget {
  return graph({
    title: "Registrations an hour (M5)",
    width: 12,
    region: context.region,
    periodSeconds: 3600,
    lines: byColourLines(context, "registrations"),
  });
}

function featureGraph({ region, metricNamespace }: DashboardContext): Widget {
  const search = `SEARCH('{${metricNamespace},Feature} ${logEvents.featureUsage.metric}', 'Sum', 3600)`;
  return graph({
    title: "Features used, uses an hour (M5)",
    width: 12,
    region,
    periodSeconds: 3600,
    lines: [expressionLine(search, { id: "features" })],
  });
}
