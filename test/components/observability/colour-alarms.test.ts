import { describe, expect, it } from "vitest";
import { ColourAlarms, type ColourThresholds } from "../../../components/observability/colour-alarms.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const loadBalancerArnSuffix = "app/portal/1";
const targetGroupArnSuffix = "targetgroup/green/2";
const alertTopicArn = "arn:aws:sns:ap-southeast-2:123456789012:alerts";
const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const guideThresholds: ColourThresholds = {
  errorRatePercent: 1,
  responseTimeSeconds: 2,
  memoryPercent: 80,
  minimumErrors: 5,
  windowSeconds: 300,
};

const plan = (thresholds: Partial<ColourThresholds> = {}) =>
  planProgram(() => {
    const alarms = new ColourAlarms(testName, {
      colour: "green",
      loadBalancerArnSuffix,
      targetGroupArnSuffix,
      otherTargetGroupArnSuffix: "targetgroup/blue/1",
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
  it("alarms on the error rate (A1) once there are enough errors", async () => {
    const { inputs } = (await plan()).only(metricAlarm, `${testName}-green-error-rate`);
    expect(inputs).toMatchObject({
      threshold: 1,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
    });
    expect(queriesOf(inputs)).toEqual([
      {
        id: "result",
        expression: "IF(failures >= 5, 100 * failures / requests, 0)",
        label: "error-rate",
        returnData: true,
      },
      balancerMetric("HTTPCode_Target_5XX_Count", "Sum", 300),
      balancerMetric("RequestCount", "Sum", 300),
    ]);
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

  it("watches an hour as well, in which a candidate at 5 % can have had enough requests", async () => {
    const { all } = await plan();
    const hourly = all(metricAlarm).filter(({ name }) => name.endsWith("-hourly"));
    expect(hourly.map(({ name }) => name).sort()).toEqual(
      ["connection-errors", "error-rate", "response-time"].map((what) => `${testName}-green-${what}-hourly`),
    );
    for (const { inputs } of hourly) {
      for (const { metric } of queriesOf(inputs).slice(1)) expect(metric?.["period"]).toBe(3600);
    }
  });

  it("has one window where the configured one is an hour or longer", async () => {
    const { all } = await plan({ windowSeconds: 3600 });
    expect(all(metricAlarm).filter(({ name }) => name.endsWith("-hourly"))).toEqual([]);
  });

  it("alarms on silence by the lowest weight of the hour and the other colour's requests", async () => {
    const { inputs } = (await plan()).only(metricAlarm, `${testName}-green-no-traffic`);
    expect(inputs).toMatchObject({ threshold: 1, treatMissingData: "notBreaching" });
    const weight = { namespace: "CelebrantPortal/production", metricName: "TrafficWeight", period: 3600 };
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

  it("is unfit by any part, and by having no healthy task only while it has traffic", async () => {
    const { all, only, outputs } = await plan();
    const composite = only(compositeAlarm);
    const isFiring = (what: string) => {
      const alarm = all(metricAlarm).find(({ name }) => name === `${testName}-green-${what}`);
      return `ALARM("${String(alarm?.outputs["name"])}")`;
    };
    const alone = ["error-rate", "connection-errors", "response-time"].flatMap((what) => [what, `${what}-hourly`]);
    const conditions = String(composite.inputs["alarmRule"]).split(" OR ");
    expect([...conditions].sort()).toEqual(
      [
        ...[...alone, "unhealthy-hosts", "no-traffic"].map(isFiring),
        `(${isFiring("none-healthy")} AND ${isFiring("weighted")})`,
      ].sort(),
    );
    expect(outputs).toMatchObject({ arn: composite.outputs["arn"], name: "portal-production-green-unfit" });
    expect(composite.inputs).toMatchObject({ alarmActions: [alertTopicArn], okActions: [alertTopicArn] });
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
    for (const { name, inputs, parentUrn } of resources.filter(({ custom }) => custom)) {
      expect(parentUrn).toBe(urn);
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

  it("names what a gate judges: the composite and all that accuse the colour by themselves, and no indicator", async () => {
    const { all, outputs } = await plan();
    const indicators = [`${testName}-green-none-healthy`, `${testName}-green-weighted`];
    const metricAlarms = all(metricAlarm).filter(({ name }) => !indicators.includes(name));
    expect(outputs["watched"]).toHaveLength(10);
    expect([...(outputs["watched"] as string[])].sort()).toEqual(
      [outputs["name"], ...metricAlarms.map((alarm) => alarm.outputs["name"])].sort(),
    );
  });
});
