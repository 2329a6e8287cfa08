import { describe, expect, it } from "vitest";
import { systemLimitsOf } from "../../../infra/rollout/system-limits.ts";
import { parseStageAddresses } from "../../../infra/stack-outputs.ts";
import { planFixture } from "../../support/plan-fixture.ts";
import { readConfig } from "../config/fixture-config.ts";

describe("systemLimitsOf", () => {
  it("names the thresholds of the planned alarms", async () => {
    const plan = await planFixture({
      stage: "production",
      previousRecord: null,
      now: new Date("2026-11-23T15:00:00Z"),
    });
    const threshold = (end: string) => {
      const alarm = plan.resources.find(({ name, type }) => name.endsWith(end) && type.endsWith(":MetricAlarm"));
      return Number(alarm?.inputs["threshold"]);
    };
    expect(systemLimitsOf(readConfig("production"), parseStageAddresses("production", plan.outputs))).toEqual({
      databaseCpuPercent: threshold("-database-cpu"),
      connections: threshold("-database-connections"),
      freeMemoryMib: threshold("-database-memory") / 1024 ** 2,
      freeStorageGib: threshold("-database-disk") / 1024 ** 3,
      taskMemoryPercent: threshold("-green-memory"),
    });
  });

  it("goes by what the database runs with, and no more connections than are asked for", () => {
    const config = readConfig("production");
    const inForce = { maxConnections: { inForce: 100, asked: 50 }, allocatedStorageGib: 200 };
    const { connections, freeStorageGib } = systemLimitsOf(config, { databaseInForce: inForce });
    expect(connections).toBe(40);
    expect(freeStorageGib).toBeCloseTo(200 * (1 - config.alerts.diskPercent / 100));
  });
});
