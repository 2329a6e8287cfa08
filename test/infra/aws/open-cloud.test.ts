import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CloudPort } from "../../../infra/aws/cloud.ts";
import { openCloud } from "../../../infra/aws/open-cloud.ts";
import { clearLatch } from "../../../rollout/latch.ts";
import { type DeployedStage, deployStage } from "../../support/aws/deployed-stage.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { type MotoServer, startMoto } from "../../support/aws/moto.ts";
import { putRequests } from "../../support/aws/put-requests.ts";
import { type RecordedRequests, recordRequests } from "../../support/aws/record-requests.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";

const now = new Date("2026-11-23T12:02:00.000Z");
const window = { from: "2026-11-23T11:00:00.000Z", until: "2026-11-23T11:59:00.000Z", seconds: 3540 };

describeWithMoto("openCloud", () => {
  let moto: MotoServer;
  let stage: DeployedStage;
  let requests: RecordedRequests;
  let cloud: CloudPort;
  beforeAll(async () => {
    moto = await startMoto();
    stage = await deployStage(moto);
    await setHealthyTasks(stage.account, "green", 2);
    await putRequests(stage.account, {
      colour: "green",
      at: new Date("2026-11-23T11:30:00Z"),
      requests: 40,
      errors: 2,
    });
    requests = await recordRequests(moto);
    cloud = openCloud(stage.addresses, () => now);
  });
  afterAll(async () => {
    await requests.stop();
    vi.unstubAllEnvs();
    await moto.stop();
  });

  it("asks nothing by being opened", () => {
    expect(requests.take()).toEqual([]);
  });

  const questions: readonly (readonly [keyof CloudPort, string, (port: CloudPort) => Promise<unknown>, unknown])[] = [
    ["readSplit", "DescribeRules", (port) => port.readSplit(), { blue: 100, green: 0 }],
    ["readTargets", "DescribeTargetHealth", (port) => port.readTargets("green"), { healthy: 2, notHealthy: 0 }],
    [
      "readServices",
      "DescribeServices",
      (port) => port.readServices(),
      { blue: { rollout: "COMPLETED" }, green: { rollout: "COMPLETED" } },
    ],
    ["readAlarms", "DescribeAlarms", (port) => port.readAlarms("green"), {}],
    ["readLatch", "GetParameter", (port) => port.readLatch(), { state: "clear" }],
    ["writeLatch", "PutParameter", (port) => port.writeLatch(clearLatch), undefined],
    [
      "readRequests",
      "GetMetricData",
      (port) => port.readRequests("blue", window),
      { counts: { candidate: { requests: 40, errors: 2 }, live: { requests: 0 } } },
    ],
    ["readTraffic", "GetMetricData", (port) => port.readTraffic("green", 1), [{ requests: 40, liveErrors: 2 }]],
    ["startCheck", "StartExecution", (port) => port.startCheck(), undefined],
  ];

  it.each(questions)("%s is one call of %s", async (_name, operation, ask, expected) => {
    const answer = await ask(cloud);
    expect(requests.take()).toEqual([operation]);
    if (expected === undefined) expect(answer).toBeUndefined();
    else expect(answer).toMatchObject(expected as object);
  });

  it("is asked whole by these questions", () => {
    expect(Object.keys(cloud).sort()).toEqual(questions.map(([name]) => name).sort());
  });

  describe("readAlarms", () => {
    it("asks for the candidate's alarms and for those of shared parts, and not for live's", async () => {
      const { blue, green, shared } = stage.addresses.watchedAlarmNames;
      expect(Object.keys(await cloud.readAlarms("green")).sort()).toEqual([...green, ...shared].sort());
      expect(Object.keys(await cloud.readAlarms("blue")).sort()).toEqual([...blue, ...shared].sort());
    });
  });
});
