import { describe, expect, it } from "vitest";
import { inputsOf, planCommitted, planOf } from "./committed-plans.ts";

planCommitted("production");

const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

describe("production, from its committed file,", () => {
  it.each(["blue", "green"])("alarms on %s above 1 % errors, over 5 minutes and an hour (A1)", (colour) => {
    for (const [suffix, seconds] of [
      ["", 300],
      ["-hourly", 3600],
    ] as const) {
      const alarm = inputsOf("production", metricAlarm, `-${colour}-error-rate${suffix}`);
      expect(alarm).toMatchObject({ threshold: 1, comparisonOperator: "GreaterThanThreshold" });
      expect(JSON.stringify(alarm["metricQueries"])).toContain(`"period":${seconds}`);
      expect(JSON.stringify(alarm["metricQueries"])).toContain("failures >= 3");
    }
  });

  it.each(["blue", "green"])("alarms on %s above 2 s response time (A2)", (colour) => {
    for (const suffix of ["", "-hourly"])
      expect(inputsOf("production", metricAlarm, `-${colour}-response-time${suffix}`)).toMatchObject({
        threshold: 2,
        comparisonOperator: "GreaterThanThreshold",
      });
  });

  it.each(["blue", "green"])("alarms on the first failed database connection of %s (A3)", (colour) => {
    expect(inputsOf("production", metricAlarm, `-${colour}-database-connection-failures`)).toMatchObject({
      metricName: `DatabaseConnectionFailures-${colour}`,
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      alarmActions: [expect.stringContaining(":sns:")],
    });
  });

  it.each(["blue", "green"])("alarms on %s above 80 % of a task's memory (A4)", (colour) => {
    expect(inputsOf("production", metricAlarm, `-${colour}-memory`)).toMatchObject({
      metricName: "MemoryUtilization",
      threshold: 80,
      comparisonOperator: "GreaterThanThreshold",
      alarmActions: [expect.stringContaining(":sns:")],
    });
  });

  it("alarms when more than 85 % of the database's storage are used (A5)", () => {
    const instance = planOf("production").resources.find(({ type }) => type === "aws:rds/instance:Instance");
    expect(instance?.inputs["allocatedStorage"]).toBe(50);
    expect(inputsOf("production", metricAlarm, "-database-disk")).toMatchObject({
      metricName: "FreeStorageSpace",
      threshold: 0.15 * 50 * 1024 ** 3,
      comparisonOperator: "LessThanThreshold",
      alarmActions: [expect.stringContaining(":sns:")],
    });
  });

  it.each([
    ["availability", "at least 99.9", "C1"],
    ["average response", "under 200", "C2"],
    ["error rate", "under 0.5", "C3"],
  ])("shows %s against its objective: %s (%s)", (what, objective, id) => {
    const body = String(inputsOf("production", "aws:cloudwatch/dashboard:Dashboard")["dashboardBody"]);
    expect(body).toMatch(new RegExp(`${id} ${what}, [^"]*\\(${objective}`));
  });

  it("tells people by mail (K2)", () => {
    const told = planOf("production").resources.filter(({ type }) => type.startsWith("aws:sns/topicSubscription:"));
    expect(told.map(({ inputs }) => [inputs["protocol"], inputs["endpoint"]]).sort()).toEqual([
      ["email", "engineering@celebrant-portal.com"],
      ["email", "oncall@celebrant-portal.com"],
    ]);
  });
});
