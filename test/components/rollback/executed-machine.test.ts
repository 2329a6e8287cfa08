import { DeleteAlarmsCommand, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeRulesCommand, ModifyRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DeleteTopicCommand } from "@aws-sdk/client-sns";
import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { expect, it, onTestFinished } from "vitest";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import { accountTemplate, type OwnAccount } from "../../support/aws/account-template.ts";
import { alarmEvent } from "../../support/aws/alarm-event.ts";
import { askAccount, plannedResource } from "../../support/aws/ask-account.ts";
import { colourTargetGroup } from "../../support/aws/colour-target-group.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { subscribeInbox } from "../../support/aws/inbox.ts";
import { matchEvents } from "../../support/aws/match-events.ts";
import { runMachine } from "../../support/aws/run-machine.ts";
import { sealParameter } from "../../support/aws/seal-parameter.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { planSteps, stageProgram } from "../../support/aws/stage-program.ts";
import { transformEvent } from "../../support/aws/transform-event.ts";

const clearLatch = { value: '{"state":"clear"}', version: 1 };
const look = ["describeRules", "describeAlarms", "getParameter"];
const count = ["getParameter", "getMetricData", "getMetricData"];
const allToBlue = [
  ["blue", 100],
  ["green", 0],
];

/** The first deployment of a stage and its steps to 5, 25 and 50 %. */
async function planRelease(stage: Stage) {
  const program = stageProgram(stage);
  const { plan: first } = await program.deploy({});
  const [, at25, at50] = await planSteps(program, 50);
  if (at25 === undefined || at50 === undefined) throw new Error("The schedule has no steps of 25 and 50 %.");
  return { first, at25, at50 };
}

const deployedAt25 = (stage: Stage) =>
  accountTemplate(async (account) => {
    const { first, at25 } = await planRelease(stage);
    await account.deploy(first);
    await account.deploy(at25);
    await setHealthyTasks(account, "blue", 2);
    // moto has read the definition then, for all copies. The live colour's alarm changes nothing.
    const { rollbackStateMachineArn, compositeAlarmNames } = askAccount(account, at25).outputs;
    const input = JSON.stringify({ alarmName: compositeAlarmNames.blue });
    expect(await runMachine(account.clients, rollbackStateMachineArn, input)).toMatchObject({ error: "OtherAlarm" });
  });
const accounts: Record<Stage, () => Promise<OwnAccount>> = {
  production: deployedAt25("production"),
  staging: deployedAt25("staging"),
};

describeWithMoto("the planned rollback, executed", () => {
  /** A stage whose candidate green has 25 %, and what is asked of it. */
  async function standAt25(stage: Stage) {
    const { moto, account } = await accounts[stage]();
    onTestFinished(() => moto.stop());
    const { clients } = account;
    const asked = askAccount(account, (await planRelease(stage)).at25);
    const { rollbackStateMachineArn, alertTopicArn, compositeAlarmNames } = asked.outputs;
    const alarmRule = await asked.eventRule("-candidate-alarm");
    const checkRule = await asked.eventRule("-rollback-check");
    const namedArn = (name: string) => `arn:aws:cloudwatch:ap-southeast-2:123456789012:alarm:${name}`;
    const arnOf = (colour: "blue" | "green") => namedArn(compositeAlarmNames[colour]);
    const { at25 } = await planRelease(stage);
    /** Name of the alarm on a step's limit, which only production has. */
    const limitName = (weight: number) =>
      String(plannedResource(at25, "aws:cloudwatch/metricAlarm:MetricAlarm", `-limit-${weight}`).outputs["name"]);
    return {
      ...asked,
      account,
      notices: await subscribeInbox(clients, alertTopicArn),
      alarmRule,
      arnOf,
      limitName,
      limitArn: (weight: number) => namedArn(limitName(weight)),
      /** Runs the machine as EventBridge would for the alarm on the limit of a step. */
      async limitIsReached(weight: number) {
        await setAlarm(clients, limitName(weight), "ALARM");
        const transformer = alarmRule.targets?.[0]?.InputTransformer ?? { InputTemplate: undefined };
        const input = transformEvent(transformer, alarmEvent(namedArn(limitName(weight)), "ALARM"));
        return await runMachine(clients, rollbackStateMachineArn, input);
      },
      /** Runs the machine as EventBridge would for an alarm of a colour. */
      async alarmGoesOff(colour: "blue" | "green") {
        await setAlarm(clients, compositeAlarmNames[colour], "ALARM");
        const transformer = alarmRule.targets?.[0]?.InputTransformer ?? { InputTemplate: undefined };
        return await runMachine(
          clients,
          rollbackStateMachineArn,
          transformEvent(transformer, alarmEvent(arnOf(colour), "ALARM")),
        );
      },
      /** Runs the machine as a person does. */
      byHand: (input: unknown) => runMachine(clients, rollbackStateMachineArn, JSON.stringify(input)),
      /** Runs the machine as the schedule does each minute. */
      check: () => runMachine(clients, rollbackStateMachineArn, String(checkRule.targets?.[0]?.Input)),
    };
  }

  it("is the text of the plan", async () => {
    const { account, definition } = await standAt25("production");
    const plan = (await planRelease("production")).at25;
    const { inputs } = plannedResource(plan, "aws:sfn/stateMachine:StateMachine", "-rollback");
    expect(await definition()).toBe(account.translate(inputs["definition"]));
  });

  it("is started by the candidate's alarm going off, and by no other event", async () => {
    const { account, alarmRule, arnOf } = await standAt25("production");
    const goesOff = alarmEvent(arnOf("green"), "ALARM");
    const others = [
      alarmEvent(arnOf("green"), "OK"),
      alarmEvent(arnOf("blue"), "ALARM"),
      alarmEvent(`${arnOf("green")}-too`, "ALARM"),
    ];
    expect(await matchEvents(account.clients, String(alarmRule.pattern), [goesOff, ...others])).toEqual([goesOff]);
  });

  it("returns the traffic with its second call, sets the latch, tells people; and does nothing a second time", async () => {
    const { alarmGoesOff, weights, latch, notices, outputs } = await standAt25("production");
    expect(await alarmGoesOff("green")).toEqual({
      status: "SUCCEEDED",
      calls: ["describeRules", "modifyRule", "putParameter", "describeTargetHealth", "publish"],
    });
    expect(await weights()).toEqual(allToBlue);
    const set = await latch();
    expect(parseLatch(set.value)).toEqual({
      state: "set",
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
      reason: outputs.compositeAlarmNames.green,
      rolledBack: "green",
    });
    expect(await notices()).toEqual(["Rolled back: the candidate is off the public path"]);

    expect(await alarmGoesOff("green")).toEqual({ status: "SUCCEEDED", calls: ["describeRules"] });
    expect(await weights()).toEqual(allToBlue);
    expect(await latch()).toEqual(set);
    expect(await notices()).toEqual([]);
  });

  it("moves nothing for the live colour's alarm", async () => {
    const { alarmGoesOff, weights, latch, notices } = await standAt25("production");
    expect(await alarmGoesOff("blue")).toEqual({ status: "FAILED", error: "OtherAlarm", calls: ["describeRules"] });
    expect(await weights()).toEqual([
      ["blue", 75],
      ["green", 25],
    ]);
    expect(await latch()).toEqual(clearLatch);
    expect(await notices()).toEqual([]);
  });

  it("needs no input by hand, and takes none for the colour that gets the traffic", async () => {
    const { account, byHand, weights, latch, notices, outputs } = await standAt25("production");
    // As the runbook once said, with the live colour where the candidate belongs.
    const wrong = { alarmName: outputs.compositeAlarmNames.blue, candidate: "blue" };
    expect(await byHand(wrong)).toEqual({ status: "FAILED", error: "OtherAlarm", calls: ["describeRules"] });
    expect(await weights()).toEqual([
      ["blue", 75],
      ["green", 25],
    ]);

    await setHealthyTasks(account, "blue", 0);
    expect(await byHand({ candidate: "blue" })).toEqual({
      status: "SUCCEEDED",
      calls: ["describeRules", "modifyRule", "putParameter", "describeTargetHealth", "publish", "publish"],
    });
    expect(await weights()).toEqual(allToBlue);
    expect(parseLatch((await latch()).value)).toMatchObject({ reason: "the machine was started by hand" });
    expect(await notices()).toEqual([
      "ACT NOW: the live colour has all the traffic and no healthy task",
      "Rolled back: the candidate is off the public path",
    ]);
    expect(await byHand({})).toEqual({ status: "SUCCEEDED", calls: ["describeRules"] });
  });

  it("moves nothing where the rules do not show which colour is live, and calls for a person", async () => {
    const { account, byHand, check, latch, notices, outputs } = await standAt25("production");
    const { balancing } = account.clients;
    const { publicRuleArn, targetGroupArns } = outputs;
    const onlyGreen = [{ Type: "forward" as const, TargetGroupArn: targetGroupArns.green }];
    await balancing.send(new ModifyRuleCommand({ RuleArn: publicRuleArn, Actions: onlyGreen }));
    expect(await check()).toEqual({ status: "FAILED", error: "CheckIncomplete", calls: ["describeRules"] });
    expect(await latch()).toEqual(clearLatch);
    expect(await byHand({})).toEqual({
      status: "FAILED",
      error: "RollbackIncomplete",
      calls: ["describeRules", "putParameter", "publish"],
    });
    const { Rules } = await balancing.send(new DescribeRulesCommand({ RuleArns: [publicRuleArn] }));
    expect(Rules?.[0]?.Actions).toMatchObject(onlyGreen);
    expect(parseLatch((await latch()).value).state).toBe("set");
    expect(await notices()).toEqual(["ACT NOW: the rollback could not tell which colour is live"]);
  });

  it("takes a deleted latch as set: its check returns the weight and writes the latch again", async () => {
    const { account, check, weights, latch, notices, outputs } = await standAt25("staging");
    await account.clients.parameters.send(new DeleteParameterCommand({ Name: outputs.latchParameterName }));
    const { status, calls } = await check();
    expect(status).toBe("SUCCEEDED");
    expect(calls.slice(-4)).toEqual(["modifyRule", "putParameter", "describeTargetHealth", "publish"]);
    expect(await weights()).toEqual(allToBlue);
    expect(parseLatch((await latch()).value)).toMatchObject({
      state: "set",
      reason: `the parameter ${outputs.latchParameterName} did not exist`,
      rolledBack: "green",
    });
    expect(await notices()).toEqual(["Rolled back: the candidate is off the public path"]);
  });

  it("finds an alarm by its check that was firing already, and otherwise publishes the weights", async () => {
    const { account, check, weights, latch, notices, outputs } = await standAt25("production");
    expect(await check()).toEqual({
      status: "SUCCEEDED",
      calls: [...look, ...count, "putMetricData"],
    });
    expect(await latch()).toEqual(clearLatch);
    const { MetricDataResults } = await account.clients.watching.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 600_000),
        MetricDataQueries: [
          {
            Id: "weight",
            MetricStat: {
              Metric: {
                Namespace: outputs.metricNamespace,
                MetricName: "TrafficWeight",
                Dimensions: [{ Name: "TargetGroup", Value: colourTargetGroup(account, "green").suffix }],
              },
              Period: 3600,
              Stat: "Maximum",
            },
          },
        ],
      }),
    );
    expect(MetricDataResults?.[0]?.Values).toEqual([25]);

    await setAlarm(account.clients, outputs.compositeAlarmNames.green, "ALARM");
    expect(await check()).toEqual({
      status: "SUCCEEDED",
      calls: [...look, "modifyRule", "putParameter", "describeTargetHealth", "publish"],
    });
    expect(await weights()).toEqual(allToBlue);
    expect(parseLatch((await latch()).value)).toMatchObject({ state: "set", rolledBack: "green" });
    expect(await notices()).toEqual(["Rolled back: the candidate is off the public path"]);
  });

  it("is started by the alarm on the limit of a step, and returns the step that stands", async () => {
    const stage = await standAt25("production");
    const { account, alarmRule, limitArn, limitIsReached, weights, latch, notices } = stage;
    const events = [5, 25, 50, 100].map((weight) => alarmEvent(limitArn(weight), "ALARM"));
    const others = [alarmEvent(limitArn(25), "OK"), alarmEvent(`${limitArn(25)}-too`, "ALARM")];
    expect(await matchEvents(account.clients, String(alarmRule.pattern), [...events, ...others])).toEqual(events);

    // The steps that do not stand: one that was left, and one that is still to come.
    for (const weight of [5, 100]) {
      expect(await limitIsReached(weight)).toEqual({ status: "SUCCEEDED", calls: ["describeRules"] });
    }
    expect(await weights()).toEqual([
      ["blue", 75],
      ["green", 25],
    ]);
    expect(await latch()).toEqual(clearLatch);

    expect(await limitIsReached(25)).toEqual({
      status: "SUCCEEDED",
      calls: ["describeRules", "modifyRule", "putParameter", "describeTargetHealth", "publish"],
    });
    expect(await weights()).toEqual(allToBlue);
    expect(parseLatch((await latch()).value)).toMatchObject({
      state: "set",
      reason: "the 25 % step reached its limit of 7 d",
      rolledBack: "green",
    });
    expect(await notices()).toEqual(["Rolled back: the candidate is off the public path"]);
    expect(await limitIsReached(25)).toEqual({ status: "SUCCEEDED", calls: ["describeRules"] });
  });

  it("finds a reached limit by its check, where the event was lost, and looks past the limits of other steps", async () => {
    const { account, check, limitName, weights, latch, outputs } = await standAt25("production");
    const { watching } = account.clients;
    for (const weight of [5, 50, 100]) await setAlarm(account.clients, limitName(weight), "ALARM");
    expect(await check()).toEqual({ status: "SUCCEEDED", calls: [...look, ...count, "putMetricData"] });
    const weight = { Namespace: outputs.metricNamespace, MetricName: "CandidateWeight" };
    const { MetricDataResults } = await watching.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 600_000),
        MetricDataQueries: [{ Id: "weight", MetricStat: { Metric: weight, Period: 3600, Stat: "Minimum" } }],
      }),
    );
    expect(MetricDataResults?.[0]?.Values).toEqual([25]);

    await setAlarm(account.clients, limitName(25), "ALARM");
    expect(await check()).toMatchObject({ status: "SUCCEEDED" });
    expect(await weights()).toEqual(allToBlue);
    expect(parseLatch((await latch()).value)).toMatchObject({ reason: "the 25 % step reached its limit of 7 d" });
  });

  it("fails its check where the alarm on the standing step's limit is gone", async () => {
    const { account, check, limitName, weights } = await standAt25("production");
    const { watching } = account.clients;
    await watching.send(new DeleteAlarmsCommand({ AlarmNames: [limitName(50)] }));
    expect(await check()).toMatchObject({ status: "SUCCEEDED" });
    await watching.send(new DeleteAlarmsCommand({ AlarmNames: [limitName(25)] }));
    expect(await check()).toMatchObject({ status: "FAILED", error: "CheckIncomplete" });
    expect(await weights()).toEqual([
      ["blue", 75],
      ["green", 25],
    ]);
  });

  it("undoes an update that was under way during the rollback and lands after it", async () => {
    const { account, alarmGoesOff, check, weights, latch, notices, outputs } = await standAt25("production");
    await alarmGoesOff("green");
    await setAlarm(account.clients, outputs.compositeAlarmNames.green, "OK");
    const set = await latch();
    await notices();

    await account.deploy((await planRelease("production")).at50);
    expect(await weights()).toEqual([
      ["blue", 50],
      ["green", 50],
    ]);
    expect(await check()).toMatchObject({ status: "SUCCEEDED" });
    expect(await weights()).toEqual(allToBlue);
    expect(await latch()).toEqual(set);
    expect(await notices()).toEqual(["An update over a set latch was undone"]);
  });

  it("returns the traffic where the latch cannot be set or nobody can be told, and fails in the end", async () => {
    const [unset, untold] = [await standAt25("staging"), await standAt25("production")];
    await sealParameter(unset.account.clients, unset.outputs.latchParameterName, clearLatch.value);
    await untold.account.clients.notices.send(new DeleteTopicCommand({ TopicArn: untold.outputs.alertTopicArn }));
    const failed = { status: "FAILED", error: "RollbackIncomplete" };
    const attempts = (call: string) => Array.from({ length: 6 }, () => call);
    const withoutLatch = await unset.alarmGoesOff("green");
    const withoutNotice = await untold.alarmGoesOff("green");
    expect(withoutLatch).toEqual({
      ...failed,
      calls: ["describeRules", "modifyRule", ...attempts("putParameter"), "describeTargetHealth", "publish"],
    });
    expect(await unset.weights()).toEqual(allToBlue);
    expect(await unset.notices()).toEqual(["Rolled back, but the latch is not set"]);
    expect(withoutNotice).toEqual({
      ...failed,
      calls: ["describeRules", "modifyRule", "putParameter", "describeTargetHealth", ...attempts("publish")],
    });
    expect(await untold.weights()).toEqual(allToBlue);
    expect(parseLatch((await untold.latch()).value)).toMatchObject({ state: "set", rolledBack: "green" });
  });
});
