import { describe, expect, it } from "vitest";
import { buildDashboardBody } from "../../../components/observability/dashboard-body.ts";
import {
  type DashboardValues,
  type PlacedWidget,
  placeRows,
  type Widget,
} from "../../../components/observability/dashboard-widgets.ts";
import { PortalDashboard } from "../../../components/observability/portal-dashboard.ts";
import { planProgram, testName } from "../../support/plan-component.ts";

const values: DashboardValues = {
  stackName: testName,
  region: "ap-southeast-2",
  metricNamespace: "CelebrantPortal/production",
  loadBalancerArnSuffix: "app/portal/1",
  targetGroupArnSuffixes: { blue: "targetgroup/blue/1", green: "targetgroup/green/2" },
  clusterName: "portal-production",
  serviceNames: { blue: "portal-production-blue", green: "portal-production-green" },
  databaseInstanceIdentifier: "portal-db",
  maxConnections: 200,
  webAclMetricName: "portal-production-web-acl",
  compositeAlarmArns: { blue: "arn:blue-unfit", green: "arn:green-unfit" },
  thresholds: { errorRatePercent: 1, responseTimeSeconds: 2, memoryPercent: 80 },
  objectives: { availabilityPercent: 99.9, averageResponseMilliseconds: 200, errorRatePercent: 0.5 },
};
const { widgets } = buildDashboardBody(values);
const titleOf = ({ properties }: Widget) => String(properties["title"] ?? properties["markdown"]);
const withTitle = (part: string) => widgets.filter((widget) => titleOf(widget).includes(part));
const overlap = (a: PlacedWidget, b: PlacedWidget) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe("buildDashboardBody", () => {
  it("stays within CloudWatch's grid and lays nothing over anything", () => {
    for (const [index, widget] of widgets.entries()) {
      expect(widget.x + widget.width, titleOf(widget)).toBeLessThanOrEqual(24);
      expect(
        widgets
          .slice(index + 1)
          .filter((other) => overlap(widget, other))
          .map(titleOf),
      ).toEqual([]);
    }
  });

  it("stays below CloudWatch's 500 metrics a graph", () => {
    for (const { properties } of widgets) {
      const { metrics = [] } = properties as { metrics?: unknown[] };
      expect(metrics.length).toBeLessThan(500);
    }
  });

  it("puts blue on the left of green, each graph drawn alike", () => {
    const blue = widgets.filter((widget) => titleOf(widget).startsWith("blue: "));
    const green = widgets.filter((widget) => titleOf(widget).startsWith("green: "));
    expect(blue.map(titleOf).map((title) => title.replace("blue", "green"))).toEqual(green.map(titleOf));
    expect(blue.map(({ x, y, width }) => [x, y, width])).toEqual(green.map(({ x, y, width }) => [x - 12, y, width]));
    expect(blue).toHaveLength(5);
  });

  it.each(["M1", "M2", "M3", "M4", "M5"])("answers %s of the guide", (id) => {
    expect(withTitle(id).length).toBeGreaterThan(0);
  });

  it("computes C1 to C3 over the time shown", () => {
    const [figures] = withTitle("Objectives");
    const lines = (figures?.properties["metrics"] ?? []) as readonly (readonly {
      expression?: string;
      label?: string;
    }[])[];
    expect(lines.flat().filter(({ expression }) => expression !== undefined)).toEqual([
      {
        id: "availability",
        expression: "100 * (1 - (FILL(answered, 0) + FILL(unanswered, 0)) / (FILL(requests, 0) + FILL(unanswered, 0)))",
        label: "C1 availability, % (at least 99.9)",
      },
      { id: "average", expression: "1000 * response", label: "C2 average response, ms (under 200)" },
      { id: "errorrate", expression: "100 * FILL(answered, 0) / requests", label: "C3 error rate, % (under 0.5)" },
    ]);
    expect(figures?.properties).toMatchObject({ view: "singleValue", setPeriodToTimeRange: true });
  });

  it("uses in each expression only ids that the same graph defines", () => {
    for (const widget of widgets) {
      const { metrics = [] } = widget.properties as { metrics?: readonly (readonly unknown[])[] };
      const options = metrics.map((line) => line.at(-1) as { id?: string; expression?: string });
      const ids = options.flatMap(({ id }) => id ?? []);
      expect(new Set(ids).size, titleOf(widget)).toBe(ids.length);
      for (const { expression } of options.filter((option) => option.expression?.startsWith("SEARCH") === false)) {
        const used = (expression ?? "").replaceAll("FILL", "").match(/[a-z][a-z0-9]*/g) ?? [];
        expect(ids, titleOf(widget)).toEqual(expect.arrayContaining(used));
      }
    }
  });

  it("draws the limits where the alarms are", () => {
    const limits = widgets.flatMap(({ properties }) => {
      const { annotations } = properties as { annotations?: { horizontal: { value: number }[] } };
      return annotations?.horizontal.map(({ value }) => value) ?? [];
    });
    expect(limits).toEqual([1, 1, 2, 2, 80, 80, 200]);
  });
});

describe("placeRows", () => {
  const wide: Widget = { type: "text", width: 13, properties: {} };

  it("refuses a row that CloudWatch would wrap", () => {
    const rows = [
      { height: 2, widgets: [wide] },
      { height: 3, widgets: [wide, wide] },
    ];
    expect(() => placeRows(rows)).toThrow("A row of the dashboard at y 2 is 26 columns wide. The grid has 24.");
  });
});

describe("PortalDashboard", () => {
  it("is named like the stack and holds the body", async () => {
    const { only, outputs } = await planProgram(() => {
      const { stackName, ...args } = values;
      return { name: new PortalDashboard(stackName, args).dashboardName };
    });
    const { inputs } = only("aws:cloudwatch/dashboard:Dashboard");
    expect(outputs).toEqual({ name: testName });
    expect(JSON.parse(String(inputs["dashboardBody"]))).toEqual(JSON.parse(JSON.stringify(buildDashboardBody(values))));
  });
});
