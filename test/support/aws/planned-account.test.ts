import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeServicesCommand } from "@aws-sdk/client-ecs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import type { StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import type { RehearsedProgram } from "../../../rehearsal/walk/rehearsed-program.ts";
import { askAccount, plannedResource } from "./ask-account.ts";
import { describeWithMoto } from "./describe-with-moto.ts";
import { createPlannedAccount, type PlannedAccount } from "./planned-account.ts";
import { planSteps, stageProgram } from "./stage-program.ts";

const stages: readonly Stage[] = ["production", "staging"];

describeWithMoto("a planned account", () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  describe.each(stages)("%s", (stage) => {
    let program: RehearsedProgram;
    let account: PlannedAccount;
    let first: StagePlan;
    beforeAll(async () => {
      program = stageProgram(stage);
      first = (await program.deploy({})).plan;
      account = createPlannedAccount(moto);
      await account.deploy(first);
    });

    it("serves the public from the live colour", async () => {
      const { weights, candidateHost, outputs } = askAccount(account, first);
      expect(await weights()).toEqual([
        ["blue", 100],
        ["green", 0],
      ]);
      expect(await candidateHost()).toEqual([outputs.ownHostTargetGroupArns.green]);
    });

    it("has every planned alarm, as planned", async () => {
      const { MetricAlarms = [], CompositeAlarms = [] } = await account.clients.watching.send(
        new DescribeAlarmsCommand({}),
      );
      const real = new Map(MetricAlarms.map((alarm) => [alarm.AlarmName, alarm]));
      const planned = first.resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
      expect(planned.length).toBeGreaterThan(30);
      for (const { inputs, outputs } of planned) {
        expect(real.get(String(outputs["name"])), String(outputs["name"])).toMatchObject({
          Threshold: inputs["threshold"],
          ComparisonOperator: inputs["comparisonOperator"],
          TreatMissingData: inputs["treatMissingData"],
          EvaluationPeriods: inputs["evaluationPeriods"],
        });
      }
      const composites = first.resources.filter(({ type }) => type === "aws:cloudwatch/compositeAlarm:CompositeAlarm");
      expect(CompositeAlarms.map(({ AlarmName }) => AlarmName)).toEqual(
        expect.arrayContaining(composites.map(({ inputs }) => inputs["alarmName"])),
      );
      expect(new Set(CompositeAlarms.map(({ StateValue }) => StateValue))).toEqual(new Set(["OK"]));
    });

    it("watches the target groups that exist", async () => {
      const { MetricAlarms } = await account.clients.watching.send(
        new DescribeAlarmsCommand({ AlarmNamePrefix: `portal-${stage}-green-error-rate-7-of-10` }),
      );
      const dimensions = MetricAlarms?.[0]?.Metrics?.[1]?.MetricStat?.Metric?.Dimensions;
      const arn = askAccount(account, first).outputs.targetGroupArns.green;
      expect(dimensions?.find(({ Name }) => Name === "TargetGroup")?.Value).toBe(arn.split(":")[5]);
    });

    it("has a clear latch and a machine that names only what exists", async () => {
      const { latch, definition, outputs } = askAccount(account, first);
      expect(await latch()).toEqual({ value: '{"state":"clear"}', version: 1 });
      const text = await definition();
      const named = new Set(text.match(/arn:aws:(?!states:::)[^"'\\)]+/g));
      const alertTopicArn = String(first.outputs["alertTopicArn"]);
      expect([...named].sort()).toEqual(
        [
          ...Object.values(outputs.targetGroupArns),
          ...Object.values(outputs.ownHostTargetGroupArns),
          outputs.publicRuleArn,
          outputs.candidateRuleArn,
          alertTopicArn,
        ].sort(),
      );
    });

    it("starts the machine by the candidate's alarm and each minute", async () => {
      const { eventRule, outputs } = askAccount(account, first);
      const alarm = await eventRule("-candidate-alarm");
      const arn = "arn:aws:cloudwatch:ap-southeast-2:123456789012:alarm:";
      const limits = stage === "production" ? [5, 25, 50, 100] : [];
      expect(JSON.parse(String(alarm.pattern)).resources).toEqual([
        `${arn}portal-${stage}-green-unfit`,
        ...limits.map((weight) => expect.stringMatching(new RegExp(`^${arn}portal-${stage}-limit-${weight}-\\w+$`))),
      ]);
      expect(alarm.targets).toMatchObject([
        {
          Arn: outputs.rollbackStateMachineArn,
          InputTransformer: {
            InputPathsMap: { alarmName: "$.detail.alarmName" },
            InputTemplate: '{"alarmName": <alarmName>}',
          },
        },
      ]);
      const check = await eventRule("-rollback-check");
      expect(check.schedule).toBe("rate(1 minute)");
      expect(check.targets).toMatchObject([{ Arn: outputs.rollbackStateMachineArn, Input: '{"check":true}' }]);
    });

    it("runs both images", async () => {
      const { image } = askAccount(account, first);
      const running = Number(plannedResource(first, "aws:ecs/service:Service", "-blue").inputs["desiredCount"]);
      expect(await image("blue")).toEqual({ image: sampleImageDigest("1.0.0"), revision: 1, running });
      expect(await image("green")).toEqual({ image: sampleImageDigest("1.1.0"), revision: 1, running });
    });

    it("changes nothing when the same plan is deployed again, from another process too", async () => {
      expect(await account.deploy(first)).toEqual([]);
      const reopened = createPlannedAccount(moto, JSON.parse(JSON.stringify(account.snapshot())));
      expect(await reopened.deploy(first)).toEqual([]);
      expect(reopened.translate(first.outputs)).toEqual(account.translate(first.outputs));
    });

    it("gives the candidate another image and touches the live colour's service not at all", async () => {
      program.wait(3600);
      const digest = sampleImageDigest("1.2.0");
      const { plan } = await program.deploy({ "images.green": digest });
      const changes = await account.deploy(plan);
      expect(changes.map(({ kind, name }) => `${kind} ${name}`)).toContain(`update portal-${stage}-green`);
      expect(await askAccount(account, plan).image("green")).toMatchObject({ image: digest, revision: 2 });
      expect(await askAccount(account, plan).image("blue")).toMatchObject({
        image: sampleImageDigest("1.0.0"),
        revision: 1,
      });
    });

    it("moves the weights of the same rule with a step, and nothing else, and leaves a set latch alone", async () => {
      const { outputs, latch } = askAccount(account, first);
      const set = '{"state":"set","at":"2026-11-23T00:00:00Z","reason":"a test"}';
      await account.clients.parameters.send(
        new PutParameterCommand({ Name: outputs.latchParameterName, Value: set, Overwrite: true }),
      );
      for (const [index, plan] of (await planSteps(program, 100)).entries()) {
        const changes = await account.deploy(plan);
        expect(changes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([`update portal-${stage}-public`]);
        const percent = [5, 25, 50, 100][index] ?? 0;
        expect(askAccount(account, plan).outputs.publicRuleArn).toBe(outputs.publicRuleArn);
        expect(await askAccount(account, plan).weights()).toEqual([
          ["blue", 100 - percent],
          ["green", percent],
        ]);
      }
      expect(await latch()).toEqual({ value: set, version: 2 });
    });

    it("leaves the public rule alone when it promotes, and watches the other colour from then on", async () => {
      const { plan } = await program.deploy({ liveColour: "green", candidateWeight: 0 });
      const before = await askAccount(account, plan).definition();
      const changes = await account.deploy(plan);
      const { weights, candidateHost, eventRule, definition, outputs } = askAccount(account, plan);
      expect(changes.map(({ name }) => name)).not.toContain(`portal-${stage}-public`);
      expect(await weights()).toEqual([
        ["blue", 0],
        ["green", 100],
      ]);
      expect(await candidateHost()).toEqual([outputs.ownHostTargetGroupArns.blue]);
      expect(await definition()).toBe(before);
      const alarm = await eventRule("-candidate-alarm");
      expect(alarm.pattern).toContain(`alarm:portal-${stage}-blue-unfit`);
      expect((await eventRule("-rollback-check")).targets?.[0]?.Input).toBe('{"check":true}');
    });

    it("deletes what a plan no longer has", async () => {
      const gone = [
        plannedResource(first, "aws:ecs/service:Service", "-blue"),
        plannedResource(first, "aws:cloudwatch/eventTarget:EventTarget", "-rollback-check"),
      ].map(({ urn }) => urn);
      const { plan } = program;
      const changes = await account.deploy({ resources: plan.resources.filter(({ urn }) => !gone.includes(urn)) });
      expect(changes.map(({ kind, urn }) => `${kind} ${urn}`)).toEqual(
        expect.arrayContaining(gone.map((urn) => `delete ${urn}`)),
      );
      const { eventRule, outputs } = askAccount(account, plan);
      expect((await eventRule("-rollback-check")).targets).toEqual([]);
      const { services } = await account.clients.containers.send(
        new DescribeServicesCommand({ cluster: outputs.clusterArn, services: [outputs.serviceNames.blue] }),
      );
      expect(services?.[0]?.status).toBe("INACTIVE");
    });
  });

  it("names the resource that is refused", async () => {
    const { plan } = await stageProgram("staging").deploy({});
    const rule = plannedResource(plan, "aws:lb/listenerRule:ListenerRule", "-public");
    await expect(createPlannedAccount(moto).deploy({ resources: [rule] })).rejects.toThrow(
      "aws:lb/listenerRule:ListenerRule portal-staging-public, create: CreateRule is refused: ListenerNotFound",
    );
  });
});
