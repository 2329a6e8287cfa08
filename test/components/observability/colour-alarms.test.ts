import { describe, expect, it } from "vitest";
import { ColourAlarms, type ColourThresholds } from "../../../components/observability/colour-alarms.ts";
import { colourFailureMath, colourFailureMetrics } from "../../../components/observability/colour-failures.ts";
import { FailureAlarms } from "../../../components/observability/failure-alarms.ts";
import { responseTimeWindows } from "../../../components/observability/request-alarms.ts";
import { readCompositeRule } from "../../../policies/alarm-rule.ts";
import { byColour } from "../../../rollout/colour.ts";
import type { FailingMinutes } from "../../../rollout/rollback-test/windows.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const loadBalancerArnSuffix = "app/portal/1";
const targetGroupArnSuffix = "targetgroup/green/2";
const otherTargetGroupArnSuffix = "targetgroup/blue/1";
const windows: readonly FailingMinutes[] = [
  { minutes: 10, periodMinutes: 1, failingPeriods: 7, failingShare: 0.5625, leastRequests: 4 },
  { minutes: 60, periodMinutes: 5, failingPeriods: 4, failingShare: 0, leastRequests: 1, mostRequests: 6 },
];
const alertTopicArn = "arn:aws:sns:ap-southeast-2:123456789012:alerts";
const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const guideThresholds: ColourThresholds = {
  responseTimeSeconds: 2,
  memoryPercent: 80,
  minimumErrors: 5,
  windowSeconds: 300,
  quietWindowHours: 5,
};

const plan = (thresholds: Partial<ColourThresholds> = {}) =>
  planProgram(() => {
    const failures = byColour(
      (colour) =>
        new FailureAlarms(testName, {
          colour,
          loadBalancerArnSuffix,
          targetGroupArnSuffix: colour === "green" ? targetGroupArnSuffix : otherTargetGroupArnSuffix,
          metricNamespace: "CelebrantPortal/production",
          windows,
          otherWindowMinutes: responseTimeWindows({ ...guideThresholds, ...thresholds }).map(
            ({ seconds }) => seconds / 60,
          ),
          tags: testTags,
        }),
    );
    const alarms = new ColourAlarms(testName, {
      colour: "green",
      failures: { own: failures.green, other: failures.blue },
      loadBalancerArnSuffix,
      targetGroupArnSuffix,
      otherTargetGroupArnSuffix,
      clusterName: "portal-production",
      serviceName: "portal-production-green",
      metricNamespace: "CelebrantPortal/production",
      thresholds: { ...guideThresholds, ...thresholds },
      alertTopicArn,
      tags: testTags,
    });
    const { compositeAlarmArn: arn, compositeAlarmName: name, watchedAlarmNames: watched } = alarms;
    return { arn, name, watched };
  });

interface Query {
  readonly id: string;
  readonly expression?: string;
  readonly returnData: boolean;
  readonly metric?: Readonly<Record<string, unknown>>;
}

const queriesOf = (inputs: Readonly<Record<string, unknown>>) => inputs["metricQueries"] as readonly Query[];
const group = { LoadBalancer: loadBalancerArnSuffix, TargetGroup: targetGroupArnSuffix };
const balancerMetric = (metricName: string, stat: string, period: number) => ({
  id: expect.any(String),
  returnData: false,
  metric: { namespace: "AWS/ApplicationELB", metricName, dimensions: group, stat, period },
});

describe("ColourAlarms", () => {
  it("counts the minutes in which too many requests failed (A1), by 1 or 0 each", async () => {
    const { inputs } = (await plan()).only(metricAlarm, `${testName}-green-error-rate-7-of-10`);
    expect(inputs).toMatchObject({
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      evaluationPeriods: 10,
      datapointsToAlarm: 7,
      treatMissingData: "notBreaching",
    });
    const [result, ...metrics] = queriesOf(inputs);
    const { failures, requests } = colourFailureMath;
    expect(result?.expression).toBe(`IF(${requests} >= 4 AND ${failures} > 0.5625 * ${requests}, 1, 0)`);
    expect(metrics.map(({ id }) => id)).toEqual(
      Object.keys(colourFailureMetrics({ loadBalancerArnSuffix, targetGroupArnSuffix })),
    );
    for (const { metric } of metrics) expect(metric).toMatchObject({ period: 60, stat: "Sum" });
  });

  it("takes any failure for a failing period of five minutes where requests are few", async () => {
    const { only } = await plan();
    const failing = only(metricAlarm, `${testName}-green-error-rate-4-of-12`);
    expect(failing.inputs).toMatchObject({ evaluationPeriods: 12, datapointsToAlarm: 4 });
    const [few, ...ofFew] = queriesOf(failing.inputs);
    expect(few?.expression).toBe(`IF(${colourFailureMath.failures} > 0, 1, 0)`);
    for (const { metric } of ofFew) expect(metric).toMatchObject({ period: 300, stat: "Sum" });
    expect(only(metricAlarm, `${testName}-green-at-most-6-in-60m`).inputs).toMatchObject({
      metricName: "RequestCount",
      dimensions: group,
      statistic: "Sum",
      period: 3600,
      comparisonOperator: "LessThanThreshold",
      threshold: 7,
      treatMissingData: "notBreaching",
    });
  });

  it("keeps each alarm within what CloudWatch takes: 10 metrics, 2,048 characters, a day", async () => {
    for (const { inputs } of (await plan()).all(metricAlarm)) {
      const queries = queriesOf({ metricQueries: [], ...inputs });
      expect(queries.filter(({ metric }) => metric !== undefined).length).toBeLessThanOrEqual(10);
      for (const { expression = "" } of queries) expect(expression.length).toBeLessThanOrEqual(2048);
      const period = Number(inputs["period"] ?? queries.find(({ metric }) => metric !== undefined)?.metric?.["period"]);
      expect(period * Number(inputs["evaluationPeriods"])).toBeLessThanOrEqual(86_400);
    }
  });

  it("alarms on the p95 response time (A2) once enough requests were slow", async () => {
    const { inputs } = (await plan()).only(metricAlarm, `${testName}-green-response-time`);
    expect(inputs).toMatchObject({ threshold: 2, comparisonOperator: "GreaterThanThreshold" });
    expect(queriesOf(inputs)).toEqual([
      {
        id: "result",
        expression: "IF((100 - within) / 100 * requests >= 5, p95, 0)",
        label: "response-time",
        returnData: true,
      },
      balancerMetric("TargetResponseTime", "p95", 300),
      balancerMetric("TargetResponseTime", "PR(:2)", 300),
      balancerMetric("TargetResponseTime", "SampleCount", 300),
    ]);
  });

  it.each([
    [300, ["", "-hourly", "-5h"]],
    [3600, ["", "-5h"]],
    [7200, ["", "-5h"]],
    [36_000, [""]],
  ])("judges the response time over %i s and the windows that are longer", async (windowSeconds, suffixes) => {
    const { all } = await plan({ windowSeconds });
    const names = all(metricAlarm).map(({ name }) => name);
    expect(names.filter((name) => name.includes("green-response-time"))).toEqual(
      suffixes.map((suffix) => `${testName}-green-response-time${suffix}`),
    );
  });

  it("has no window longer than an hour where that is enough at each step", async () => {
    const { all } = await plan({ quietWindowHours: 1 });
    expect(all(metricAlarm).filter(({ name }) => /-\dh$/.test(name))).toEqual([]);
  });

  it("alarms on silence by the lowest weight of the hour and the other colour's requests", async () => {
    const { inputs } = (await plan()).only(metricAlarm, `${testName}-green-no-traffic`);
    expect(inputs).toMatchObject({ threshold: 1, treatMissingData: "notBreaching" });
    const weight = { namespace: "CelebrantPortal/production", metricName: "TrafficWeight", period: 3600 };
    const { inputs: long } = (await plan()).only(metricAlarm, `${testName}-green-no-traffic-5h`);
    expect(queriesOf(long)[0]?.expression).toContain("known >= 250 AND");
    for (const { metric } of queriesOf(long).slice(1)) expect(metric?.["period"]).toBe(5 * 3600);
    expect(queriesOf(inputs).map(({ expression, metric }) => expression ?? metric)).toEqual([
      "IF(known >= 50 AND lowest / 100 * total >= 10 AND total - others < 1, 1, 0)",
      { ...weight, dimensions: { TargetGroup: targetGroupArnSuffix }, stat: "SampleCount" },
      { ...weight, dimensions: { TargetGroup: targetGroupArnSuffix }, stat: "Minimum" },
      expect.objectContaining({ metricName: "RequestCount", dimensions: { LoadBalancer: loadBalancerArnSuffix } }),
      expect.objectContaining({
        metricName: "RequestCount",
        dimensions: { LoadBalancer: loadBalancerArnSuffix, TargetGroup: "targetgroup/blue/1" },
      }),
    ]);
  });

  it.each([
    ["unhealthy-hosts", "UnHealthyHostCount", "GreaterThanOrEqualToThreshold", "notBreaching", 5, 3],
    ["none-healthy", "HealthyHostCount", "LessThanThreshold", "breaching", 3, 3],
    ["weighted", "TrafficWeight", "GreaterThanOrEqualToThreshold", "notBreaching", 1, 1],
  ])("watches %s", async (what, metricName, comparisonOperator, treatMissingData, evaluationPeriods, bad) => {
    const { inputs } = (await plan()).only(metricAlarm, `${testName}-green-${what}`);
    expect(inputs).toMatchObject({
      metricName,
      comparisonOperator,
      treatMissingData,
      evaluationPeriods,
      datapointsToAlarm: bad,
      threshold: 1,
      period: 60,
      statistic: "Maximum",
    });
  });

  describe("is unfit", () => {
    const rule = async () => {
      const { all, only, outputs } = await plan();
      const composite = only(compositeAlarm);
      expect(outputs).toMatchObject({ arn: composite.outputs["arn"], name: "portal-production-green-unfit" });
      expect(composite.inputs).toMatchObject({ alarmActions: [alertTopicArn], okActions: [alertTopicArn] });
      const { holds, alarmNames } = readCompositeRule(String(composite.inputs["alarmRule"]));
      const names = new Map(all(metricAlarm).map(({ name, outputs: of }) => [of["name"], name]));
      expect(alarmNames.every((name) => names.has(name))).toBe(true);
      return (...firing: string[]) =>
        holds((name) => firing.includes(names.get(name)?.slice(testName.length + 1) ?? ""));
    };

    it.each([
      ["green-error-rate-7-of-10"],
      ["green-error-rate-4-of-12", "green-at-most-6-in-60m"],
      ["green-response-time"],
      ["green-response-time-hourly"],
      ["green-response-time-5h"],
      ["green-unhealthy-hosts"],
      ["green-no-traffic"],
      ["green-no-traffic-5h"],
      ["green-none-healthy", "green-weighted"],
    ])("by %s", async (...firing) => {
      expect((await rule())(...firing)).toBe(true);
    });

    it.each([
      [[]],
      [["green-error-rate-4-of-12"]],
      [["green-at-most-6-in-60m"]],
      [["green-none-healthy"]],
      [["green-weighted"]],
      [["blue-error-rate-7-of-10"]],
    ])("not by %j", async (firing) => {
      expect((await rule())(...firing)).toBe(false);
    });

    it("not by failures that the other colour has alike", async () => {
      const holds = await rule();
      expect(holds("green-error-rate-7-of-10", "blue-error-rate-7-of-10")).toBe(false);
      expect(holds("green-error-rate-7-of-10", "blue-error-rate-4-of-12", "blue-at-most-6-in-60m")).toBe(false);
      // One of these alone says nothing about blue, and what blue shows from before its traffic does not count.
      expect(holds("green-error-rate-7-of-10", "blue-error-rate-4-of-12")).toBe(true);
      expect(holds("green-error-rate-7-of-10", "blue-error-rate-7-of-10", "blue-idle-within-10m")).toBe(true);
    });

    it("not by what a window shows from before its traffic began", async () => {
      const holds = await rule();
      expect(holds("green-error-rate-7-of-10", "green-idle-within-10m")).toBe(false);
      expect(holds("green-error-rate-7-of-10", "green-idle-within-60m")).toBe(true);
      expect(holds("green-response-time-hourly", "green-idle-within-60m")).toBe(false);
      expect(holds("green-response-time", "green-idle-within-5m")).toBe(false);
      expect(holds("green-unhealthy-hosts", "green-idle-within-60m")).toBe(true);
    });
  });

  it("tells people of memory (A4) and keeps it out of what moves traffic", async () => {
    const { all, only } = await plan();
    const memory = only(metricAlarm, `${testName}-green-memory`);
    expect(memory.inputs).toMatchObject({
      namespace: "AWS/ECS",
      dimensions: { ClusterName: "portal-production", ServiceName: "portal-production-green" },
      statistic: "Maximum",
      threshold: 80,
      alarmActions: [alertTopicArn],
    });
    expect(only(compositeAlarm).inputs["alarmRule"]).not.toContain("memory");
    const telling = all(metricAlarm).filter(({ inputs }) => inputs["alarmActions"] !== undefined);
    expect(telling.map(({ name }) => name)).toEqual([memory.name]);
  });

  it("is tagged and hangs below itself", async () => {
    const { resources, only } = await plan();
    const { urn } = only("celebrant:observability:ColourAlarms");
    const failures = resources.filter(({ type }) => type === "celebrant:observability:FailureAlarms");
    expect(failures).toHaveLength(2);
    for (const { name, inputs, parentUrn } of resources.filter(({ custom }) => custom)) {
      expect([urn, ...failures.map((one) => one.urn)]).toContain(parentUrn);
      expect(inputs["tags"]).toEqual({ ...testTags, Name: name });
    }
  });

  it.each([
    [{ windowSeconds: 90 }, "windowSeconds is 90."],
    [{ windowSeconds: 0 }, "windowSeconds is 0."],
    [{ minimumErrors: 0 }, "minimumErrors is 0."],
  ])("refuses %j", async (thresholds, message) => {
    await expect(plan(thresholds)).rejects.toThrow(message);
  });

  it("names what a gate judges: the composite and all that accuse the colour by themselves", async () => {
    const { all, outputs } = await plan();
    const alone = ["unhealthy-hosts", "no-traffic", "no-traffic-5h", "memory"].map((what) => {
      return all(metricAlarm).find(({ name }) => name === `${testName}-green-${what}`)?.outputs["name"];
    });
    expect([...(outputs["watched"] as string[])].sort()).toEqual([outputs["name"], ...alone].sort());
  });
});
