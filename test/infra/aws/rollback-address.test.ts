import { DeleteParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect, it } from "vitest";
import { findRollbackPlace } from "../../../infra/aws/rollback-address.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { latchParameter, rollbackAddressParameter } from "../../../infra/naming.ts";
import { missingLatch } from "../../../rollout/latch.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { startDeployedStage } from "../../support/aws/start-deployed-stage.ts";

const { path, name: latch } = latchParameter(projectName, "staging");
const names = { path, latch, address: rollbackAddressParameter(projectName, "staging").name };

describeWithMoto("findRollbackPlace", () => {
  const stage = startDeployedStage();

  it("finds the address that the program wrote, and the latch, with one call", async () => {
    const { parameters } = connectClients(stage.moto);
    const calls = recordCalls(parameters);
    const place = await findRollbackPlace(parameters, names);
    expect(calls).toEqual(["GetParametersByPathCommand"]);
    const { publicRuleArn, targetGroupArns, alertTopicArn, compositeAlarmNames } = stage.addresses;
    expect(place.address).toMatchObject({
      ...{ publicRuleArn, targetGroupArns, alertTopicArn, compositeAlarmNames },
      liveColour: "blue",
      stateMachineArn: stage.addresses.rollbackStateMachineArn,
    });
    expect(place.latch).toEqual({ state: "clear" });
  });

  it("reads a latch that is set", async () => {
    const { parameters } = connectClients(stage.moto);
    const value = { state: "set", at: "2026-11-23T12:00:00Z", reason: "alarm" };
    await parameters.send(new PutParameterCommand({ Name: latch, Value: JSON.stringify(value), Overwrite: true }));
    expect((await findRollbackPlace(parameters, names)).latch).toEqual(value);
  });

  it("finds the address without a latch, which counts as set", async () => {
    const { parameters } = connectClients(stage.moto);
    await parameters.send(new DeleteParameterCommand({ Name: latch }));
    const place = await findRollbackPlace(parameters, names);
    expect([place.address.version, place.latch]).toEqual([1, missingLatch(latch)]);
  });

  it("reads on where AWS ends its answer early, even without a parameter in it", async () => {
    const { parameters } = connectClients(stage.moto);
    const { address } = await findRollbackPlace(connectClients(stage.moto).parameters, names);
    const inputs = answerCalls(
      parameters,
      { Parameters: [], NextToken: "1" },
      { Parameters: [{ Name: names.address, Value: JSON.stringify(address) }], NextToken: "2" },
      { Parameters: [{ Name: names.latch, Value: '{"state":"set","at":"x","reason":"y"}' }] },
    );
    expect(await findRollbackPlace(parameters, names)).toEqual({
      address,
      latch: { state: "set", at: "x", reason: "y" },
    });
    expect(inputs).toEqual([{ Path: path }, { Path: path, NextToken: "1" }, { Path: path, NextToken: "2" }]);
  });

  it("says what to do about an address that cannot be read", async () => {
    const { parameters } = connectClients(stage.moto);
    await parameters.send(new PutParameterCommand({ Name: names.address, Value: '{"version":2}', Overwrite: true }));
    await expect(findRollbackPlace(parameters, names)).rejects.toThrow(
      /^The rollback address cannot be read: .*set candidateWeight to 0 and run npx pulumi up/,
    );
  });

  it("says what to do where there is none, such as in another account", async () => {
    const { parameters } = connectClients(stage.moto);
    await parameters.send(new DeleteParameterCommand({ Name: names.address }));
    await expect(findRollbackPlace(parameters, names)).rejects.toThrow(
      "AWS: there is no parameter /celebrant-portal/staging/rollout/address in this account and region. Check which account you are logged in to.",
    );
  });
});
