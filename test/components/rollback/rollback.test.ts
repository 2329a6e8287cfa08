import { describe, expect, it } from "vitest";
import { Rollback } from "../../../components/rollback/rollback.ts";
import type { RollbackArgs } from "../../../components/rollback/rollback-args.ts";
import { groupStickiness } from "../../../components/traffic/rules.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import { parseRollbackAddress } from "../../../rollout/rollback-address.ts";
import { planProgram, testName } from "../../support/plan-component.ts";
import { alertTopicArn, publicRuleArn, rollbackArgs, targetGroupArns } from "./fixtures.ts";

const plan = (args: Partial<RollbackArgs> = {}) =>
  planProgram(() => {
    const rollback = new Rollback(testName, { ...rollbackArgs, ...args });
    const { stateMachineArn, latchParameterName, watchedAlarmNames } = rollback;
    return { stateMachineArn, latchParameterName, watchedAlarmNames };
  });

const ruleType = "aws:cloudwatch/eventRule:EventRule";
const targetType = "aws:cloudwatch/eventTarget:EventTarget";
const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const parameterType = "aws:ssm/parameter:Parameter";
const json = (value: unknown) => JSON.parse(String(value));

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: unknown;
}

describe("Rollback", () => {
  it("creates a clear latch that nothing but AWS writes again", async () => {
    const latch = (await plan()).only(parameterType, `${testName}-latch`);
    expect(latch.inputs).toMatchObject({ name: rollbackArgs.latchParameterName, type: "String" });
    expect(parseLatch(String(latch.inputs["value"]))).toEqual({ state: "clear" });
    expect(latch.ignoreChanges).toEqual([
      "value",
      "insecureValue",
      "description",
      "allowedPattern",
      "dataType",
      "tier",
      "type",
    ]);
  });

  it("creates a latch that was lost as set", async () => {
    const initialLatch = { state: "set", at: "2026-11-23T12:40:00.000Z", reason: "it was lost" } as const;
    const latch = (await plan({ initialLatch })).only(parameterType, `${testName}-latch`);
    expect(parseLatch(String(latch.inputs["value"]))).toEqual(initialLatch);
  });

  it("keeps the address beside the latch, as the rollback command reads it", async () => {
    const { only, outputs } = await plan();
    const { inputs, ignoreChanges } = only(parameterType, `${testName}-rollback-address`);
    expect(inputs).toMatchObject({ name: rollbackArgs.addressParameterName, type: "String" });
    expect(ignoreChanges).toEqual([]);
    expect(parseRollbackAddress(String(inputs["value"]))).toEqual({
      version: 1,
      publicRuleArn,
      targetGroupArns,
      stickiness: groupStickiness,
      alertTopicArn,
      liveColour: "blue",
      compositeAlarmNames: { blue: "blue-unfit", green: "green-unfit" },
      stateMachineArn: outputs["stateMachineArn"],
      lastPromote: null,
      candidateSince: rollbackArgs.candidateSince,
    });
  });

  it("says in the address which promote can be undone", async () => {
    const lastPromote = {
      at: "2026-11-23T12:00:00.000Z",
      returnUntil: "2026-11-25T12:00:00.000Z",
      liveBefore: "blue",
      imageBefore: "sha256:a",
      imageNow: "sha256:a",
    } as const;
    const { only } = await plan({ liveColour: "green", lastPromote });
    const { inputs } = only(parameterType, `${testName}-rollback-address`);
    expect(parseRollbackAddress(String(inputs["value"]))).toMatchObject({ liveColour: "green", lastPromote });
  });

  it("runs a standard machine that logs and traces", async () => {
    const { only, outputs } = await plan();
    const machine = only("aws:sfn/stateMachine:StateMachine");
    const group = only("aws:cloudwatch/logGroup:LogGroup");
    expect(machine.inputs).toMatchObject({
      type: "STANDARD",
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: true,
        logDestination: `${String(group.outputs["arn"])}:*`,
      },
      tracingConfiguration: { enabled: true },
    });
    expect(group.inputs).toMatchObject({
      name: "/aws/vendedlogs/states/portal-production-rollback",
      retentionInDays: 365,
    });
    expect(outputs).toMatchObject({
      stateMachineArn: machine.outputs["arn"],
      latchParameterName: rollbackArgs.latchParameterName,
    });
  });

  it("writes the stickiness that the traffic component plans", async () => {
    const definition = json((await plan()).only("aws:sfn/stateMachine:StateMachine").inputs["definition"]);
    expect(definition.States.ReturnTraffic.Parameters.Actions[0].ForwardConfig.TargetGroupStickinessConfig).toEqual({
      Enabled: groupStickiness.enabled,
      DurationSeconds: groupStickiness.durationSeconds,
    });
  });

  it("gives the machine what it calls and no more", async () => {
    const { all, only } = await plan();
    const policy = all("aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === `${testName}-rollback`);
    const statements: Statement[] = json(policy?.inputs["policy"]).Statement;
    const latchArn = only(parameterType, `${testName}-latch`).outputs["arn"];
    expect(statements.slice(0, 6)).toEqual([
      expect.objectContaining({ Action: ["elasticloadbalancing:ModifyRule"], Resource: [publicRuleArn] }),
      expect.objectContaining({ Action: ["ssm:GetParameter", "ssm:PutParameter"], Resource: [latchArn] }),
      expect.objectContaining({
        Action: ["ssm:GetParameter"],
        Resource: ["arn:aws:ssm:ap-southeast-2:123456789012:parameter/celebrant-portal/production/rollout-address"],
      }),
      expect.objectContaining({ Action: ["sns:Publish"], Resource: [alertTopicArn] }),
      expect.objectContaining({
        Action: ["cloudwatch:PutMetricData"],
        Condition: { StringEquals: { "cloudwatch:namespace": "CelebrantPortal/production" } },
      }),
      expect.objectContaining({
        Action: [
          "elasticloadbalancing:DescribeRules",
          "elasticloadbalancing:DescribeTargetHealth",
          "cloudwatch:DescribeAlarms",
          "cloudwatch:GetMetricData",
        ],
        Resource: ["*"],
      }),
    ]);
    const unbound = statements.filter(({ Resource, Condition }) => Resource.includes("*") && Condition === undefined);
    expect(unbound.flatMap(({ Action }) => Action).filter((action) => !/^(logs|xray):/.test(action))).toEqual([
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeTargetHealth",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetMetricData",
    ]);
  });

  it("lets EventBridge start this machine only, and each service take its own role only", async () => {
    const { all, only } = await plan();
    const start = all("aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === `${testName}-rollback-start`);
    expect(json(start?.inputs["policy"]).Statement).toEqual([
      {
        Sid: "StartRollback",
        Effect: "Allow",
        Action: ["states:StartExecution"],
        Resource: [only("aws:sfn/stateMachine:StateMachine").outputs["arn"]],
      },
    ]);
    const trusts = all("aws:iam/role:Role").map(({ inputs }) => json(inputs["assumeRolePolicy"]).Statement[0]);
    expect(trusts.map(({ Principal, Condition }) => [Principal.Service, Condition])).toEqual([
      [
        "states.amazonaws.com",
        {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:states:ap-southeast-2:123456789012:stateMachine:*" },
        },
      ],
      [
        "events.amazonaws.com",
        {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:events:ap-southeast-2:123456789012:rule/*" },
        },
      ],
    ]);
  });

  it.each([
    ["blue", "green"],
    ["green", "blue"],
  ] as const)("listens, with %s live, to the alarm of %s alone", async (liveColour, candidate) => {
    const { only } = await plan({ liveColour });
    expect(json(only(ruleType, `${testName}-candidate-alarm`).inputs["eventPattern"])).toEqual({
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      resources: [rollbackArgs.compositeAlarms[candidate].arn],
      detail: { state: { value: ["ALARM"] } },
    });
    expect(only(targetType, `${testName}-candidate-alarm`).inputs["inputTransformer"]).toEqual({
      inputPaths: { alarmName: "$.detail.alarmName" },
      inputTemplate: '{"alarmName": <alarmName>}',
    });
  });

  it("keeps the events that could not be delivered, from its own rule only", async () => {
    const { only } = await plan();
    const queue = only("aws:sqs/queue:Queue");
    expect(only(targetType, `${testName}-candidate-alarm`).inputs).toMatchObject({
      retryPolicy: { maximumEventAgeInSeconds: 900, maximumRetryAttempts: 185 },
      deadLetterConfig: { arn: queue.outputs["arn"] },
    });
    expect(queue.inputs).toMatchObject({ sqsManagedSseEnabled: true, messageRetentionSeconds: 1_209_600 });
    expect(json(only("aws:sqs/queuePolicy:QueuePolicy").inputs["policy"]).Statement[0]).toMatchObject({
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Condition: { ArnEquals: { "aws:SourceArn": only(ruleType, `${testName}-candidate-alarm`).outputs["arn"] } },
    });
  });

  it("checks the candidate each minute", async () => {
    const { only } = await plan();
    expect(only(ruleType, `${testName}-rollback-check`).inputs["scheduleExpression"]).toBe("rate(1 minute)");
    const { inputs } = only(targetType, `${testName}-rollback-check`);
    expect(json(inputs["input"])).toEqual({ check: true });
  });

  it("has no check, and no alarm on one, where it is switched off", async () => {
    const { all } = await plan({ automaticCheck: false });
    expect(all(ruleType).map(({ name }) => name)).toEqual([`${testName}-candidate-alarm`]);
    expect(all(targetType)).toHaveLength(1);
    const alarms = ["aborted", "failed", "not-started", "timed-out", "undelivered"];
    expect(
      all(alarmType)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(alarms.map((what) => `${testName}-rollback-${what}`));
  });

  it("alarms on its own failure, and on its own silence", async () => {
    const { all } = await plan();
    const alarms = all(alarmType).map(({ inputs }) => `${inputs["metricName"]} ${inputs["treatMissingData"]}`);
    expect(alarms.sort()).toEqual([
      "ApproximateNumberOfMessagesVisible notBreaching",
      "ExecutionsAborted notBreaching",
      "ExecutionsFailed notBreaching",
      "ExecutionsSucceeded breaching",
      "ExecutionsTimedOut notBreaching",
      "FailedInvocations notBreaching",
      "FailedInvocations notBreaching",
    ]);
    for (const { inputs } of all(alarmType)) expect(inputs["alarmActions"]).toEqual([alertTopicArn]);
  });

  it("names all of them, the sleeping watchman's where there is one, as reasons to take no step", async () => {
    for (const automaticCheck of [true, false]) {
      const { all, outputs } = await plan({ automaticCheck });
      const expected = all(alarmType).map((alarm) => alarm.outputs["name"]);
      expect(outputs["watchedAlarmNames"]).toHaveLength(automaticCheck ? 7 : 5);
      expect(outputs["watchedAlarmNames"]).toEqual(expect.arrayContaining(expected));
    }
  });

  it("changes the alarm's rule and the address when promoting, and nothing else", async () => {
    const before = await plan({ liveColour: "blue" });
    const after = await plan({ liveColour: "green" });
    const inputsAfter = new Map(after.resources.map(({ urn, inputs }) => [urn, JSON.stringify(inputs)]));
    const changed = before.resources.filter(({ urn, inputs }) => JSON.stringify(inputs) !== inputsAfter.get(urn));
    expect(after.resources).toHaveLength(before.resources.length);
    expect(changed.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      `${ruleType} ${testName}-candidate-alarm`,
      `${parameterType} ${testName}-rollback-address`,
    ]);
  });

  it("hangs everything below itself, tagged", async () => {
    const { resources, only } = await plan();
    const { urn } = only("celebrant:rollback:Rollback");
    const children = resources.filter(({ custom }) => custom);
    expect(children.filter(({ parentUrn }) => parentUrn !== urn)).toEqual([]);
    const untaggable = [targetType, "aws:iam/rolePolicy:RolePolicy", "aws:sqs/queuePolicy:QueuePolicy"];
    for (const { type, name, inputs } of children.filter((child) => !untaggable.includes(child.type))) {
      expect(inputs["tags"], `${type} ${name}`).toEqual({ ...rollbackArgs.tags, Name: name });
    }
  });

  it.each(["rollout-latch", "/aws/latch", "/a b", "/latch/"])("refuses %j as a parameter's name", async (name) => {
    await expect(plan({ latchParameterName: name })).rejects.toThrow(`latchParameterName is "${name}".`);
    await expect(plan({ addressParameterName: name })).rejects.toThrow(`addressParameterName is "${name}".`);
  });
});
