import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readStepFigures } from "../../../infra/aws/response-times.ts";
import type { SystemDimensions } from "../../../infra/aws/system-figures.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { colourTargetGroup } from "../../support/aws/colour-target-group.ts";
import { type DeployedStage, deployStage } from "../../support/aws/deployed-stage.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { putRequests } from "../../support/aws/put-requests.ts";

const at = (time: string) => new Date(`2026-11-20T${time}Z`);
const window = { from: at("02:00:00").toISOString(), until: at("03:00:00").toISOString(), seconds: 3600 };

describeWithMoto("database and tasks in a step", () => {
  let stage: DeployedStage;
  const read = (over: Partial<SystemDimensions> = {}) => {
    const group = (colour: "blue" | "green") => colourTargetGroup(stage.account, colour);
    const { clusterArn, databaseInstanceIdentifier } = stage.addresses;
    const serviceNames = { blue: "portal-staging-blue", green: "portal-staging-green" };
    const balancer = {
      loadBalancer: group("green").loadBalancerSuffix,
      targetGroups: { blue: group("blue").suffix, green: group("green").suffix },
    };
    const all = { ...balancer, clusterArn, databaseInstanceIdentifier, serviceNames, ...over };
    return readStepFigures(connectClients(stage.moto).watching, all, "blue", window);
  };
  const put = (
    Namespace: string,
    dimensions: Record<string, string>,
    MetricName: string,
    ...values: readonly (readonly [time: string, value: number])[]
  ) =>
    stage.account.clients.watching.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: values.map(([time, Value]) => ({
          MetricName,
          Dimensions: Object.entries(dimensions).map(([Name, of]) => ({ Name, Value: of })),
          Timestamp: at(time),
          Value,
        })),
      }),
    );

  beforeAll(async () => {
    stage = await deployStage();
    const database = { DBInstanceIdentifier: stage.addresses.databaseInstanceIdentifier ?? "" };
    const green = {
      ClusterName: stage.addresses.clusterArn.split("/").at(-1) ?? "",
      ServiceName: "portal-staging-green",
    };
    await putRequests(stage.account, { colour: "green", at: at("02:10:00"), requests: 10, seconds: 0.2 });
    await put("AWS/RDS", database, "CPUUtilization", ["01:59:00", 99], ["02:05:00", 10], ["02:40:00", 30]);
    await put("AWS/RDS", database, "DatabaseConnections", ["02:05:00", 12], ["02:40:00", 40], ["03:00:00", 500]);
    await put("AWS/RDS", database, "FreeableMemory", ["02:05:00", 900 * 1024 ** 2], ["02:40:00", 700 * 1024 ** 2]);
    await put("AWS/RDS", database, "FreeStorageSpace", ["02:05:00", 17.5 * 1024 ** 3], ["02:40:00", 17 * 1024 ** 3]);
    await put("AWS/ECS", green, "CPUUtilization", ["02:05:00", 4], ["02:40:00", 20]);
    await put("AWS/ECS", green, "MemoryUtilization", ["02:05:00", 41], ["02:40:00", 44]);
  });
  afterAll(() => stage.moto.stop());

  it("are read with the response times, and only what was within it", async () => {
    expect(await read()).toEqual({
      responseTimes: {
        candidate: { averageMilliseconds: expect.closeTo(200), p95Milliseconds: expect.closeTo(200) },
        live: {},
      },
      system: {
        database: {
          averageCpuPercent: 20,
          mostCpuPercent: 30,
          mostConnections: 40,
          leastFreeMemoryMib: 700,
          leastFreeStorageGib: 17,
        },
        tasks: { candidate: { averageCpuPercent: 12, mostCpuPercent: 20, mostMemoryPercent: 44 }, live: {} },
      },
    });
  });

  it("leave out a database that no update has named, and a colour without a service", async () => {
    const serviceNames = { blue: "portal-staging-blue", green: null };
    const { system } = await read({ databaseInstanceIdentifier: undefined, serviceNames });
    expect(system).toEqual({ database: {}, tasks: { candidate: {}, live: {} } });
  });
});
