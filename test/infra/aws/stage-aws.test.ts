import { CreateEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { DescribeExecutionCommand, ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openAws, type StageAws, startCheck } from "../../../infra/aws/stage-aws.ts";
import { formatDataEvidence } from "../../../rollout/data-evidence.ts";
import type { ReleasedFrontend } from "../../../rollout/frontend/released-frontend.ts";
import { clearLatch } from "../../../rollout/latch.ts";
import { formatVerification } from "../../../rollout/verification.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { type DeployedStage, deployStage } from "../../support/aws/deployed-stage.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { pushImage } from "../../support/aws/push-image.ts";
import { putRequests } from "../../support/aws/put-requests.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { type RecordedRequests, recordRequests } from "../../support/aws/record-requests.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { startDeployedStage } from "../../support/aws/start-deployed-stage.ts";
import { digest } from "../../support/rollout.ts";

const now = new Date("2026-11-23T12:02:00.000Z");
const mail = { from: "rollout@staging.celebrant-portal.com", to: "a@example.com", subject: "a", text: "b", html: "c" };
const noted = [{ command: "2026-11-23T12:00:00.000Z", at: "2026-11-23T12:00:05.000Z", image: digest("a") }];
const released: ReleasedFrontend = {
  version: 1,
  colour: "green",
  candidateSince: "2026-11-20T08:00:00.000Z",
  state: "out",
  deployment: "dpl_2",
  before: "dpl_1",
  projectId: "prj_1",
  at: "2026-11-23T10:00:00.000Z",
};
const verification = {
  version: 1,
  release: "0123456789abcdef",
  image: "sha256:1",
  host: "candidate",
  verdict: "pass",
  at: "2026-11-23T11:00:00.000Z",
  objections: [],
} as const;
const dataEvidence = { version: 1, image: "sha256:1", before: null, migration: null, after: null } as const;
const window = { from: "2026-11-23T11:00:00.000Z", until: "2026-11-23T11:59:00.000Z", seconds: 3540 };

describeWithMoto("openAws", () => {
  let stage: DeployedStage;
  let requests: RecordedRequests;
  let aws: StageAws;
  beforeAll(async () => {
    stage = await deployStage();
    const mails = new SESv2Client(clientSettings(stage.moto));
    await mails.send(new CreateEmailIdentityCommand({ EmailIdentity: "staging.celebrant-portal.com" }));
    await setHealthyTasks(stage.account, "green", 2);
    await putRequests(stage.account, {
      colour: "green",
      at: new Date("2026-11-23T11:30:00Z"),
      requests: 40,
      errors: 2,
    });
    await pushImage(stage.moto, stage.addresses, digest("a"), "2.4.0");
    requests = await recordRequests(stage.moto);
    aws = openAws(stage.addresses, () => now);
  });
  afterAll(async () => {
    await requests.stop();
    vi.unstubAllEnvs();
    await stage.moto.stop();
  });

  it("asks nothing by being opened", () => {
    expect(requests.take()).toEqual([]);
  });

  const questions: readonly (readonly [keyof StageAws, string, (port: StageAws) => Promise<unknown>, unknown])[] = [
    ["readSplit", "DescribeRules", (port) => port.readSplit(), { blue: 100, green: 0 }],
    [
      "readPublicPath",
      "DescribeRules",
      (port) => port.readPublicPath(),
      { stickySeconds: null, takesWholeHost: true, rulesBefore: [] },
    ],
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
    ["writeVerification", "PutParameter", (port) => port.writeVerification("green", verification), undefined],
    ["writeDataEvidence", "PutParameter", (port) => port.writeDataEvidence("green", dataEvidence), undefined],
    ["writeReleasedFrontend", "PutParameter", (port) => port.writeReleasedFrontend(released), undefined],
    ["writeNotedContracts", "PutParameter", (port) => port.writeNotedContracts(noted), undefined],
    ["readNotedContracts", "GetParameter", (port) => port.readNotedContracts(), noted],
    ["readReleasedFrontend", "GetParameter", (port) => port.readReleasedFrontend(), released],
    [
      "readReleaseFindings",
      "GetParametersByPath",
      (port) => port.readReleaseFindings(),
      {
        verifications: { green: formatVerification(verification) },
        dataEvidence: { green: formatDataEvidence(dataEvidence) },
      },
    ],
    ["readDataEvidence", "GetParameter", (port) => port.readDataEvidence("green"), dataEvidence],
    [
      "readRequests",
      "GetMetricData",
      (port) => port.readRequests("blue", { window, periodSeconds: 60, steps: [{ ...window, weightPercent: 5 }] }),
      { counts: { candidate: { requests: 40, errors: 2 }, live: { requests: 0 } } },
    ],
    [
      "readResponseTimes",
      "GetMetricData",
      (port) => port.readResponseTimes("blue", window),
      { candidate: { p95Milliseconds: expect.closeTo(50) } },
    ],
    [
      "readStepFigures",
      "GetMetricData",
      (port) => port.readStepFigures("blue", window),
      { responseTimes: { candidate: { p95Milliseconds: expect.closeTo(50) } }, system: { database: {} } },
    ],
    ["readTraffic", "GetMetricData", (port) => port.readTraffic("green", 1), [{ requests: 40, liveErrors: 2 }]],
    ["readImages", "DescribeImages", async (port) => [...(await port.readImages())], [[digest("a"), ["2.4.0"]]]],
    [
      "sendMail",
      "/v2/email/outbound-emails",
      async (port) => [await port.sendMail(mail)],
      [expect.stringMatching(/^[\w-]{20,}$/)],
    ],
    ["publish", "Publish", (port) => port.publish({ subject: "a", message: "b" }), undefined],
    ["startCheck", "StartExecution", (port) => port.startCheck(), undefined],
  ];

  it.each(questions)("%s is one call of %s", async (_name, operation, ask, expected) => {
    const answer = await ask(aws);
    expect(requests.take()).toEqual([operation]);
    if (expected === undefined) expect(answer).toBeUndefined();
    else expect(answer).toMatchObject(expected as object);
  });

  it("knows by these answers that its clock is AWS's, and asks nothing for it", async () => {
    expect(await aws.readClockAhead()).toBe(0);
    expect(requests.take()).toEqual([]);
  });

  it("is asked whole by these questions", () => {
    expect(Object.keys(aws).sort()).toEqual(["readClockAhead", ...questions.map(([name]) => name)].sort());
  });

  describe("readAlarms", () => {
    it("asks for the candidate's alarms and for those of shared parts, and not for live's", async () => {
      const { blue, green, shared } = stage.addresses.watchedAlarmNames;
      expect(Object.keys((await aws.readAlarms("green")).alarms).sort()).toEqual([...green, ...shared].sort());
      expect(Object.keys((await aws.readAlarms("blue")).alarms).sort()).toEqual([...blue, ...shared].sort());
    });

    it("asks for the alarms on limits in the same call, and keeps them apart", async () => {
      const { addresses } = stage;
      const [name = ""] = addresses.watchedAlarmNames.blue;
      const limited = openAws({ ...addresses, limitAlarmNames: { "5": name, "25": "limit-25" } }, () => now);
      requests.take();
      const { alarms, limitAlarms } = await limited.readAlarms("green");
      expect(requests.take()).toEqual(["DescribeAlarms"]);
      expect(limitAlarms).toEqual({
        "5": { name, state: expect.stringMatching(/^(?:OK|INSUFFICIENT_DATA)$/) },
        "25": { name: "limit-25", state: "MISSING" },
      });
      expect(Object.keys(alarms)).not.toContain(name);
    });
  });
});

describeWithMoto("startCheck", () => {
  const stage = startDeployedStage();

  const now = new Date("2026-11-23T12:00:00.000Z");

  it("has the machine run a check of the candidate to its end, with one call", async () => {
    const { machines } = connectClients(stage.moto);
    const calls = recordCalls(machines);
    await startCheck(machines, stage.addresses.rollbackStateMachineArn, now);
    expect(calls).toEqual(["StartExecutionCommand"]);
    const { executions = [] } = await machines.send(
      new ListExecutionsCommand({ stateMachineArn: stage.addresses.rollbackStateMachineArn }),
    );
    expect(executions.map(({ name }) => name)).toEqual([`cli-${now.getTime()}`]);
    const described = async () => {
      return await machines.send(new DescribeExecutionCommand({ executionArn: executions[0]?.executionArn }));
    };
    await vi.waitFor(async () => expect((await described()).status).toBe("SUCCEEDED"), { timeout: 20_000 });
    expect(JSON.parse((await described()).input ?? "")).toEqual({ check: true });
  });

  it("says what was asked where the machine is gone", async () => {
    const { machines } = connectClients(stage.moto);
    await expect(startCheck(machines, `${stage.addresses.rollbackStateMachineArn}-gone`, now)).rejects.toThrow(
      /^AWS: the rollback's check could not be started: .*\(StateMachineDoesNotExist\)\. What the last update left behind/,
    );
  });
});
