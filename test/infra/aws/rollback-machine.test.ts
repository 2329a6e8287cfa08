import { DescribeExecutionCommand, ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { expect, it, vi } from "vitest";
import { startCheck } from "../../../infra/aws/rollback-machine.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { startDeployedStage } from "../../support/aws/start-deployed-stage.ts";

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
