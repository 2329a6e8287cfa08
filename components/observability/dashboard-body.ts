import { colours } from "../../rollout/colour.ts";
import { trafficWeightDimension, trafficWeightMetricName } from "../../rollout/rollback-machine.ts";
import { colourRows } from "./dashboard-colours.ts";
import { sharedRows } from "./dashboard-shared.ts";
import {
  alarmStates,
  type DashboardValues,
  expressionLine,
  graph,
  lineColours,
  type MetricLine,
  metricLine,
  type PlacedWidget,
  placeRows,
  type Row,
  text,
  type Widget,
} from "./dashboard-widgets.ts";

/** The body of a CloudWatch dashboard. */
export interface DashboardBody {
  readonly start: string;
  readonly widgets: readonly PlacedWidget[];
}

/**
 * Builds the dashboard. On top are the objectives (guide C1 to C3), who is fit, and the weights. Then come blue beside green
 * (guide M1, M3), and what they share (guide M2, M4, M5).
 *
 * @throws {RangeError} when a row does not fit the grid
 */
export function buildDashboardBody(values: DashboardValues): DashboardBody {
  return {
    // A step of the rollout bakes for hours. The default of three would cut it off.
    start: "-PT12H",
    widgets: placeRows([...overviewRows(values), ...colourRows(values), ...sharedRows(values)]),
  };
}

/** Title, objectives, fitness and weights. */
function overviewRows(values: DashboardValues): readonly Row[] {
  const { stackName, compositeAlarmArns } = values;
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
    { height: 4, widgets: [objectiveFigures(values)] },
    {
      height: 6,
      widgets: [
        alarmStates("Fit for public traffic", 8, [compositeAlarmArns.blue, compositeAlarmArns.green]),
        weightGraph(values),
      ],
    },
  ];
}

function weightGraph({ region, metricNamespace, targetGroupArnSuffixes }: DashboardValues): Widget {
  const lines = colours.map((colour) =>
    metricLine(
      metricNamespace,
      trafficWeightMetricName,
      { [trafficWeightDimension]: targetGroupArnSuffixes[colour] },
      { label: colour, color: lineColours[colour], stat: "Maximum" },
    ),
  );
  return graph({ title: "Weight of public traffic, %", width: 16, region, lines, unit: "%", top: 100 });
}

function objectiveFigures({ region, loadBalancerArnSuffix, objectives }: DashboardValues): Widget {
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
