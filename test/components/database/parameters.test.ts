import { describe, expect, it } from "vitest";
import { databaseParameters } from "../../../components/database/parameters.ts";
import { planDatabase, productionArgs } from "./database-fixture.ts";

const settings = { engineVersion: "17.6", slowQueryMilliseconds: 500, maxConnections: 200 };

describe("databaseParameters", () => {
  it("forces TLS, logs who connects and what is slow, and never a bound value", () => {
    expect(databaseParameters(settings)).toEqual([
      { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
      { name: "log_connections", value: "1", applyMethod: "immediate" },
      { name: "log_disconnections", value: "1", applyMethod: "immediate" },
      { name: "log_lock_waits", value: "1", applyMethod: "immediate" },
      { name: "log_min_duration_statement", value: "500", applyMethod: "immediate" },
      { name: "log_parameter_max_length", value: "0", applyMethod: "immediate" },
      { name: "log_statement", value: "ddl", applyMethod: "immediate" },
      { name: "max_connections", value: "200", applyMethod: "pending-reboot" },
      { name: "shared_preload_libraries", value: "pg_stat_statements", applyMethod: "pending-reboot" },
    ]);
  });

  it("names the aspects of a connection from PostgreSQL 18 on", () => {
    const logConnections = (engineVersion: string) =>
      databaseParameters({ ...settings, engineVersion }).find(({ name }) => name === "log_connections")?.value;
    expect(logConnections("18")).toBe("receipt,authentication,authorization");
    expect(logConnections("18.1")).toBe("receipt,authentication,authorization");
    expect(logConnections("17")).toBe("1");
  });
});

describe("the parameter group", () => {
  it.each([
    ["17", "postgres17"],
    ["17.6", "postgres17"],
    ["18.1", "postgres18"],
  ])("of version %s is of family %s", async (engineVersion, family) => {
    const plan = await planDatabase({ ...productionArgs, engineVersion });
    const group = plan.only("aws:rds/parameterGroup:ParameterGroup");
    expect(group.inputs["family"]).toBe(family);
    expect(plan.only("aws:rds/instance:Instance").inputs["parameterGroupName"]).toBe(group.outputs["name"]);
  });
});
