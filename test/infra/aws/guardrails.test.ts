import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readRequests } from "../../../infra/aws/metrics.ts";
import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";

const namespace = "CelebrantPortal/staging";
const at = (time: string) => new Date(`2026-11-20T${time}Z`);
const span = (from: string, until: string) => ({
  from: at(from).toISOString(),
  until: at(until).toISOString(),
  seconds: (at(until).getTime() - at(from).getTime()) / 1000,
});

describeWithMoto("what both colours logged", () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  const put = (MetricName: string, time: string, ...Values: number[]) =>
    connectClients(moto).watching.send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: Values.map((Value) => ({ MetricName, Timestamp: at(time), Value })),
      }),
    );

  it("is counted in the periods of each step, with the call that counts requests", async () => {
    await put("FailedLogins-green", "02:00:30", 1, 1);
    await put("FailedLogins-blue", "02:02:10", 1);
    await put("FailedLogins-green", "02:03:30", 9);
    await put("Registrations-green", "02:05:00", 1);
    await put("FeatureUses-blue", "02:06:59", 1);
    await put("PageLoad-green", "02:01:00", 400, 900);
    const { watching } = connectClients(moto);
    const calls = recordCalls(watching);
    const steps = [
      { ...span("02:00:00", "02:03:00"), weightPercent: 5 },
      { ...span("02:05:00", "02:07:00"), weightPercent: 25 },
    ];
    const watched = { window: span("02:00:00", "02:07:00"), periodSeconds: 60, steps };
    const dimensions = {
      loadBalancer: "app/portal/1",
      targetGroups: { blue: "targetgroup/blue/1", green: "targetgroup/green/1" },
      metricNamespace: namespace,
    };
    const { guardrails } = await readRequests(watching, dimensions, "blue", watched);
    const { steps: counted, pageLoad } = guardrails;
    expect(calls).toEqual(["GetMetricDataCommand"]);
    expect(counted).toMatchObject([
      { failedLogins: { candidate: "2 0*2", live: "0*2 1" }, registrations: { candidate: "0*3", live: "0*3" } },
      { failedLogins: { candidate: "0*2" }, registrations: { candidate: "1 0" }, featureUses: { live: "0 1" } },
    ]);
    expect(pageLoad).toEqual({ candidate: { loads: 2, p95Milliseconds: 900 }, live: { loads: 0 } });
  });
});
