import { describe, expect, it } from "vitest";
import { Rollback } from "../../../components/rollback/rollback.ts";
import type { RollbackArgs } from "../../../components/rollback/rollback-args.ts";
import { planProgram, testName } from "../../support/plan-component.ts";
import { guideSchedule } from "../../support/rollout.ts";
import { alertTopicArn, rollbackArgs } from "./fixtures.ts";

const hour = 3600;
const limitsInHours: Readonly<Record<number, number>> = { 5: 120, 25: 24, 100: 168 };
const steps = guideSchedule.steps.map((step) => {
  const hours = limitsInHours[step.weightPercent];
  return hours === undefined ? step : { ...step, limitSeconds: hours * hour };
});

describe("the alarms on limits", () => {
  const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
  const plan = (args: Partial<RollbackArgs> = {}) =>
    planProgram(() => {
      const rollback = new Rollback(testName, { ...rollbackArgs, steps, onLimit: "rollback", ...args });
      return { watchedAlarmNames: rollback.watchedAlarmNames, limitAlarmNames: rollback.limitAlarmNames };
    });
  const limitsOf = ({ all }: Awaited<ReturnType<typeof plan>>) =>
    all(alarmType).filter(({ name }) => name.startsWith(`${testName}-limit-`));

  it("hold the candidate's weight against the step's, hour by hour, for as long as the limit", async () => {
    const planned = limitsOf(await plan());
    expect(planned.map(({ name }) => name)).toEqual([5, 25, 100].map((weight) => `${testName}-limit-${weight}`));
    for (const [index, weight] of [5, 25, 100].entries()) {
      expect(planned[index]?.inputs).toMatchObject({
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        evaluationPeriods: limitsInHours[weight],
        datapointsToAlarm: limitsInHours[weight],
        treatMissingData: "notBreaching",
        alarmActions: [alertTopicArn],
        metricQueries: [
          { expression: `IF(lowest == ${weight} AND highest == ${weight}, 1, 0)`, returnData: true },
          { id: "lowest", metric: { metricName: "CandidateWeight", dimensions: {}, stat: "Minimum", period: hour } },
          { id: "highest", metric: { metricName: "CandidateWeight", dimensions: {}, stat: "Maximum", period: hour } },
        ],
      });
    }
  });

  it("stay within what CloudWatch looks back, and say what happens", async () => {
    for (const { inputs } of limitsOf(await plan())) {
      expect(Number(inputs["evaluationPeriods"]) * hour).toBeLessThanOrEqual(604_800);
      expect(inputs["alarmDescription"]).toMatch(/The traffic is being returned\. Decide: /);
    }
    for (const { inputs } of limitsOf(await plan({ onLimit: "notify" })))
      expect(inputs["alarmDescription"]).toMatch(/Nothing moves by itself\. Decide: /);
  });

  it("start the machine where limits return traffic, and only then", async () => {
    const resourcesOf = ({ only }: Awaited<ReturnType<typeof plan>>): readonly string[] =>
      JSON.parse(
        String(only("aws:cloudwatch/eventRule:EventRule", `${testName}-candidate-alarm`).inputs["eventPattern"]),
      ).resources;
    const returning = await plan();
    expect(resourcesOf(returning)).toEqual([
      rollbackArgs.compositeAlarms.green.arn,
      ...limitsOf(returning).map(({ outputs }) => outputs["arn"]),
    ]);
    expect(resourcesOf(await plan({ onLimit: "notify" }))).toEqual([rollbackArgs.compositeAlarms.green.arn]);
  });

  it("are no reason to take no step: a step is what ends the wait", async () => {
    const planned = await plan();
    const watched = planned.outputs["watchedAlarmNames"] as readonly unknown[];
    for (const { outputs } of limitsOf(planned)) expect(watched).not.toContain(outputs["name"]);
  });

  it("are named for the gate by their weights, where they return traffic", async () => {
    const planned = await plan();
    expect(planned.outputs["limitAlarmNames"]).toEqual(
      Object.fromEntries(
        limitsOf(planned).map(({ name, outputs }) => [name.replace(`${testName}-limit-`, ""), outputs["name"]]),
      ),
    );
    expect((await plan({ onLimit: "notify" })).outputs["limitAlarmNames"]).toEqual({});
  });

  it("are not changed by a promote, and neither is the machine", async () => {
    const [before, after] = [await plan(), await plan({ liveColour: "green" })];
    const inputsAfter = new Map(after.resources.map(({ urn, inputs }) => [urn, JSON.stringify(inputs)]));
    const changed = before.resources.filter(({ urn, inputs }) => JSON.stringify(inputs) !== inputsAfter.get(urn));
    expect(changed.map(({ name }) => name).sort()).toEqual([
      `${testName}-candidate-alarm`,
      `${testName}-rollback-address`,
    ]);
  });
});
