import { type Colour, colours } from "../../rollout/colour.ts";
import { trafficWeightDimension, trafficWeightMetricName } from "../rollback/traffic-weight-metric.ts";
import type { DashboardContext } from "./dashboard-context.ts";
import type { Row } from "./dashboard-grid.ts";
import { alarmStates, expressionLine, graph, type MetricLine, metricLine, text } from "./dashboard-widgets.ts";

/** Lines are drawn in the colour that they are about. */
export const lineColours: Readonly<Record<Colour, string>> = { blue: "#1f77b4", green: "#2ca02c" };

/** Title, objectives, fitness and weights. */
export function overviewRows(context: DashboardContext): readonly Row[] {
  const { stackName, region, metricNamespace, compositeAlarmArns, targetGroupArnSuffixes } = context;
  const weightLines = colours.map((colour) =>
    metricLine(
      metricNamespace,
      trafficWeightMetricName,
      { [trafficWeightDimension]: targetGroupArnSuffixes[colour] },
      { label: colour, color: lineColours[colour], stat: "Maximum" },
    ),
  );
  return [
    {
      height: 2,
      widgets: [
        text(
          24,
          `# ${stackName}\nFigures are taken over the time shown: choose the time since the step began. Weights come from the check each minute.`,
        ),
      ],
    },
    { height: 4, widgets: [objectiveFigures(context)] },
    {
      height: 6,
      widgets: [
        alarmStates("Fit for public traffic", 8, [compositeAlarmArns.blue, compositeAlarmArns.green]),
        graph({ title: "Weight of public traffic, %", width: 16, region, lines: weightLines, unit: "%", top: 100 }),
      ],
    },
  ];
}

function objectiveFigures({ region, loadBalancerArnSuffix, objectives }: DashboardContext) {
  const hidden = (metricName: string, id: string, stat = "Sum"): MetricLine =>
    metricLine("AWS/ApplicationELB", metricName, { LoadBalancer: loadBalancerArnSuffix }, { id, stat, visible: false });
  const failed = "FILL(answered, 0) + FILL(unanswered, 0)";
  const all = "FILL(requests, 0) + FILL(unanswered, 0)";
  return graph({
    title: "Objectives over the time shown",
    width: 24,
    region,
    view: "singleValue",
    lines: [
      expressionLine(`100 * (1 - (${failed}) / (${all}))`, {
        id: "availability",
        label: `C1 availability, % (at least ${objectives.availabilityPercent})`,
      }),
      expressionLine("1000 * response", {
        id: "average",
        label: `C2 average response, ms (under ${objectives.averageResponseMilliseconds})`,
      }),
      expressionLine("100 * FILL(answered, 0) / requests", {
        id: "errorrate",
        label: `C3 error rate, % (under ${objectives.errorRatePercent})`,
      }),
      hidden("HTTPCode_Target_5XX_Count", "answered"),
      hidden("HTTPCode_ELB_5XX_Count", "unanswered"),
      hidden("RequestCount", "requests"),
      hidden("TargetResponseTime", "response", "Average"),
    ],
  });
}
