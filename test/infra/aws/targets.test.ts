import { expect, it } from "vitest";
import { readTargets } from "../../../infra/aws/targets.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { startDeployedStage } from "../../support/aws/start-deployed-stage.ts";

describeWithMoto("readTargets", () => {
  const stage = startDeployedStage();

  it.each([0, 1, 3])("counts %i healthy tasks of one colour, with one call", async (count) => {
    await setHealthyTasks(stage.account, "green", count);
    await setHealthyTasks(stage.account, "blue", 2);
    const { balancing } = connectClients(stage.moto);
    const calls = recordCalls(balancing);
    expect(await readTargets(balancing, stage.addresses.targetGroupArns.green)).toEqual({
      healthy: count,
      notHealthy: 0,
    });
    expect(calls).toEqual(["DescribeTargetHealthCommand"]);
  });

  it("takes only a healthy target for one that can serve", async () => {
    const { balancing } = connectClients(stage.moto);
    const states = ["healthy", "unhealthy", "initial", "draining", "unused", "unavailable", "healthy", undefined];
    answerCalls(balancing, {
      TargetHealthDescriptions: states.map((State) => (State === undefined ? {} : { TargetHealth: { State } })),
    });
    expect(await readTargets(balancing, "arn:group")).toEqual({ healthy: 2, notHealthy: 6 });
  });

  it("says what was asked where the group is gone", async () => {
    const { balancing } = connectClients(stage.moto);
    await expect(readTargets(balancing, `${stage.addresses.targetGroupArns.green}0`)).rejects.toThrow(
      /^AWS: the tasks' health could not be read: .*\(TargetGroupNotFound\w*\)/,
    );
  });
});
