import { describe, expect, it } from "vitest";
import { LogMetrics } from "../../../components/observability/log-metrics.ts";
import { planProgram, testName } from "../../support/plan-component.ts";

const filterType = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const namespace = "CelebrantPortal/production";
const plan = () =>
  planProgram(() => {
    const metrics = new LogMetrics(testName, {
      logGroupNames: { blue: "/portal/api/blue", green: "/portal/api/green" },
      databaseLogGroupName: "/aws/rds/postgresql",
      namespace,
    });
    return { metricNames: metrics.metricNames };
  });

describe("LogMetrics", () => {
  it.each(["blue", "green"])("counts failed logins of %s in its own log group", async (colour) => {
    const { inputs } = (await plan()).only(filterType, `${testName}-${colour}-FailedLogins`);
    expect(inputs).toEqual({
      logGroupName: `/portal/api/${colour}`,
      pattern: '{ $.event = "login_failed" }',
      metricTransformation: {
        namespace,
        name: `FailedLogins-${colour}`,
        value: "1",
        unit: "Count",
        defaultValue: "0",
      },
    });
  });

  // docs/observability.md is the contract with the API's authors.
  it.each([
    ["Registrations", '{ $.event = "registration_completed" }'],
    ["FeatureUsage", '{ $.event = "feature_used" && $.feature = "*" }'],
    ["FeatureUses", '{ $.event = "feature_used" }'],
    ["PageLoad", '{ $.event = "page_loaded" && $.milliseconds >= 0 }'],
  ])("finds the lines of %s by the event that the contract names", async (metric, pattern) => {
    const { only } = await plan();
    for (const colour of ["blue", "green"]) {
      expect(only(filterType, `${testName}-${colour}-${metric}`).inputs["pattern"]).toBe(pattern);
    }
  });

  it("sorts feature usage by feature, without the default that CloudWatch refuses beside dimensions", async () => {
    const { inputs } = (await plan()).only(filterType, `${testName}-blue-FeatureUsage`);
    expect(inputs["metricTransformation"]).toEqual({
      namespace,
      name: "FeatureUsage-blue",
      value: "1",
      unit: "Count",
      dimensions: { Feature: "$.feature" },
    });
  });

  it("publishes page load times as they were measured, and no zero where nothing was", async () => {
    const { inputs } = (await plan()).only(filterType, `${testName}-green-PageLoad`);
    expect(inputs["metricTransformation"]).toEqual({
      namespace,
      name: "PageLoad-green",
      value: "$.milliseconds",
      unit: "Milliseconds",
    });
  });

  it("finds failed connections by the event and by what the drivers write", async () => {
    const { all } = await plan();
    const filters = all(filterType).filter(({ name }) => name.includes("green-DatabaseConnectionFailures"));
    expect(filters.map(({ inputs }) => inputs["pattern"]).sort()).toEqual([
      '"QueuePool limit of size" -"database_connection_failed"',
      '"connection to server at" "failed" -"database_connection_failed"',
      '{ $.event = "database_connection_failed" }',
    ]);
    for (const { inputs } of filters) {
      expect(inputs["metricTransformation"]).toMatchObject({ name: "DatabaseConnectionFailures-green" });
    }
  });

  it("counts slow queries in the database's log", async () => {
    const { inputs } = (await plan()).only(filterType, `${testName}-slow-queries`);
    expect(inputs).toMatchObject({
      logGroupName: "/aws/rds/postgresql",
      pattern: '"duration:" "ms"',
      metricTransformation: { name: "SlowQueries" },
    });
  });

  it("names the metrics", async () => {
    const { outputs } = await plan();
    expect(outputs["metricNames"]).toEqual({
      failedLogins: { blue: "FailedLogins-blue", green: "FailedLogins-green" },
      registrations: { blue: "Registrations-blue", green: "Registrations-green" },
      featureUsage: { blue: "FeatureUsage-blue", green: "FeatureUsage-green" },
      featureUses: { blue: "FeatureUses-blue", green: "FeatureUses-green" },
      pageLoad: { blue: "PageLoad-blue", green: "PageLoad-green" },
      connectionFailures: { blue: "DatabaseConnectionFailures-blue", green: "DatabaseConnectionFailures-green" },
    });
  });
});
