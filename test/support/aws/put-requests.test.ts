import { DescribeAlarmsCommand, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import { colourTargetGroup } from "./colour-target-group.ts";
import { describeWithMoto } from "./describe-with-moto.ts";
import { createPlannedAccount, type PlannedAccount } from "./planned-account.ts";
import { putRequests } from "./put-requests.ts";
import { setAlarm } from "./set-alarm.ts";
import { setHealthyTasks } from "./set-healthy-tasks.ts";
import { stageProgram } from "./stage-program.ts";

describeWithMoto("what a test lets happen in an account", () => {
  let moto: MotoServer;
  let account: PlannedAccount;
  beforeAll(async () => {
    moto = await startMoto();
    account = createPlannedAccount(moto);
    await account.deploy((await stageProgram("staging").deploy({})).plan);
  });
  afterAll(() => moto.stop());

  /** Asks for a statistic of the two hours from ten, in periods of their length. */
  async function metric(metricName: string, stat: string, order: "balancer first" | "group first" = "balancer first") {
    const { suffix, loadBalancerSuffix } = colourTargetGroup(account, "green");
    const dimensions = [
      { Name: "LoadBalancer", Value: loadBalancerSuffix },
      { Name: "TargetGroup", Value: suffix },
    ];
    const { MetricDataResults } = await account.clients.watching.send(
      new GetMetricDataCommand({
        StartTime: new Date("2026-11-20T10:00:00Z"),
        EndTime: new Date("2026-11-20T12:00:00Z"),
        MetricDataQueries: [
          {
            Id: "asked",
            MetricStat: {
              Metric: {
                Namespace: "AWS/ApplicationELB",
                MetricName: metricName,
                Dimensions: order === "balancer first" ? dimensions : dimensions.reverse(),
              },
              Period: 7200,
              Stat: stat,
            },
          },
        ],
      }),
    );
    return MetricDataResults?.[0]?.Values;
  }

  it("counts requests in the past, whichever order their dimensions are asked in", async () => {
    const at = (time: string) => new Date(`2026-11-20T${time}Z`);
    await putRequests(account, { colour: "green", at: at("10:00:30"), requests: 90, errors: 3, seconds: 0.2 });
    await putRequests(account, { colour: "green", at: at("11:30:00"), requests: 10, seconds: 0.8 });
    await putRequests(account, { colour: "green", at: at("12:00:00"), requests: 1000, errors: 1000 });
    await putRequests(account, { colour: "blue", at: at("11:00:00"), requests: 1000, errors: 1000 });
    expect(await metric("RequestCount", "Sum")).toEqual([100]);
    expect(await metric("RequestCount", "Sum", "group first")).toEqual([100]);
    expect(await metric("HTTPCode_Target_5XX_Count", "Sum")).toEqual([3]);
    expect(await metric("TargetResponseTime", "SampleCount")).toEqual([100]);
    expect((await metric("TargetResponseTime", "Average"))?.[0]).toBeCloseTo(0.26);
    expect(await metric("TargetResponseTime", "p90")).toEqual([0.2]);
    expect(await metric("TargetResponseTime", "p95")).toEqual([0.8]);
  });

  it("has no data where nothing was served", async () => {
    await putRequests(account, { colour: "green", at: new Date("2026-11-20T11:00:00Z"), requests: 0 });
    expect(await metric("HTTPCode_Target_4XX_Count", "Sum")).toEqual([]);
    expect(await metric("HTTPCode_Target_4XX_Count", "p95")).toEqual([]);
  });

  it.each([[3], [1], [0]])("has %i healthy containers", async (count) => {
    await setHealthyTasks(account, "green", count);
    const { TargetHealthDescriptions = [] } = await account.clients.balancing.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: colourTargetGroup(account, "green").arn }),
    );
    expect(TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(
      Array.from({ length: count }, () => "healthy"),
    );
  });

  it("sets a composite alarm", async () => {
    const name = "portal-staging-green-unfit";
    await setAlarm(account.clients, name, "ALARM");
    const { CompositeAlarms } = await account.clients.watching.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
    expect(CompositeAlarms?.map(({ StateValue }) => StateValue)).toEqual(["ALARM"]);
  });
});
