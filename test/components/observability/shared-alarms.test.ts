import { describe, expect, it } from "vitest";
import { SharedAlarms, type SharedAlarmsArgs } from "../../../components/observability/shared-alarms.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const alertTopicArn = "arn:aws:sns:ap-southeast-2:123456789012:alerts";
const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

const plan = (args: Partial<SharedAlarmsArgs> = {}) =>
  planProgram(() => {
    const alarms = new SharedAlarms(testName, {
      databaseInstanceIdentifier: "portal-db",
      allocatedStorageGib: 100,
      maxConnections: 200,
      diskPercent: 85,
      metricNamespace: "CelebrantPortal/production",
      loadBalancerArnSuffix: "app/portal/1",
      availabilityPercent: 99.9,
      minimumErrors: 5,
      alertTopicArn,
      tags: testTags,
      ...args,
    });
    return { watched: alarms.watchedAlarmNames };
  });

describe("SharedAlarms", () => {
  it.each([
    ["database-disk", "FreeStorageSpace", "LessThanThreshold", 15 * 1024 ** 3, "breaching"],
    ["database-connections", "DatabaseConnections", "GreaterThanOrEqualToThreshold", 160, "breaching"],
    ["database-cpu", "CPUUtilization", "GreaterThanThreshold", 90, "breaching"],
    ["database-memory", "FreeableMemory", "LessThanThreshold", 100 * 1024 ** 2, "breaching"],
    ["balancer-5xx", "HTTPCode_ELB_5XX_Count", "GreaterThanOrEqualToThreshold", 5, "notBreaching"],
    ["balancer-rejected-connections", "RejectedConnectionCount", "GreaterThanOrEqualToThreshold", 1, "notBreaching"],
    [
      "blue-database-connection-failures",
      "DatabaseConnectionFailures-blue",
      "GreaterThanOrEqualToThreshold",
      1,
      "notBreaching",
    ],
    [
      "green-database-connection-failures",
      "DatabaseConnectionFailures-green",
      "GreaterThanOrEqualToThreshold",
      1,
      "notBreaching",
    ],
  ])("tells of %s", async (what, metricName, comparisonOperator, threshold, treatMissingData) => {
    const { inputs } = (await plan()).only(metricAlarm, `${testName}-${what}`);
    expect(inputs).toMatchObject({
      metricName,
      comparisonOperator,
      threshold,
      treatMissingData,
      alarmActions: [alertTopicArn],
    });
  });

  it("alarms on the error budget of 99.9 % at 14.4 and 6 times its speed, over both windows", async () => {
    const { all, only } = await plan();
    const parts = new Map(
      all(metricAlarm).map((alarm) => [alarm.name.replace(`${testName}-error-budget-`, ""), alarm]),
    );
    const acted = ["fast-60m", "fast-5m", "slow-360m", "slow-30m"].map((what) => {
      const inputs = parts.get(what)?.inputs;
      return [what, inputs?.["threshold"], inputs?.["alarmActions"]];
    });
    expect(acted).toEqual([
      ["fast-60m", 1.44, undefined],
      ["fast-5m", 1.44, undefined],
      ["slow-360m", 0.6, undefined],
      ["slow-30m", 0.6, undefined],
    ]);
    const isFiring = (what: string) => `ALARM("${String(parts.get(what)?.outputs["name"])}")`;
    expect(only(compositeAlarm, `${testName}-error-budget-fast`).inputs).toMatchObject({
      alarmRule: `${isFiring("fast-60m")} AND ${isFiring("fast-5m")}`,
      alarmActions: [alertTopicArn],
    });
  });

  it("is tagged and hangs below itself", async () => {
    const { resources, only } = await plan();
    const { urn } = only("celebrant:observability:SharedAlarms");
    for (const { name, inputs, parentUrn } of resources.filter(({ custom }) => custom)) {
      expect(parentUrn).toBe(urn);
      expect(inputs["tags"]).toEqual({ ...testTags, Name: name });
    }
  });

  it.each([
    [{ diskPercent: 100 }, "diskPercent is 100. It must be above 0 and below 100"],
    [{ availabilityPercent: 100 }, "availabilityPercent is 100. It must be above 0 and below 100"],
  ])("refuses %j", async (args, message) => {
    await expect(plan(args)).rejects.toThrow(message);
  });

  it("names what a gate judges: every alarm, of a burning budget the whole and not its windows", async () => {
    const { all, outputs } = await plan();
    const alone = all(metricAlarm).filter(({ name }) => !name.includes("-error-budget-"));
    const expected = [
      ...alone.map((alarm) => alarm.outputs["name"]),
      ...all(compositeAlarm).map((alarm) => alarm.outputs["alarmName"]),
    ];
    expect([...(outputs["watched"] as string[])].sort()).toEqual(expected.sort());
    expect(outputs["watched"]).toHaveLength(10);
  });
});
