import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clearLatchText } from "../../../components/rollback/definition-check.ts";
import { findRollbackPlace, readLatch, writeLatch } from "../../../infra/aws/latch-and-address.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { latchParameter, rollbackAddressParameter } from "../../../infra/naming.ts";
import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import { clearLatch, missingLatch, type SetLatch } from "../../../rollout/latch.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { startDeployedStage } from "../../support/aws/start-deployed-stage.ts";

const name = "/celebrant-portal/staging/rollout/latch";
const set: SetLatch = { state: "set", at: "2026-11-23T12:00:00.000Z", reason: 'said "no"', rolledBack: "green" };

describeWithMoto("the latch", () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMoto();
    await connectClients(moto).parameters.send(
      new PutParameterCommand({ Name: name, Type: "String", Value: clearLatchText }),
    );
  });
  afterAll(() => moto.stop());

  it("is written over and read again, with one call each", async () => {
    const { parameters } = connectClients(moto);
    const calls = recordCalls(parameters);
    await writeLatch(parameters, name, set);
    expect(await readLatch(parameters, name)).toEqual(set);
    expect(calls).toEqual(["PutParameterCommand", "GetParameterCommand"]);
  });

  it("is cleared byte for byte as the machine knows a clear one", async () => {
    const { parameters } = connectClients(moto);
    await writeLatch(parameters, name, set);
    await writeLatch(parameters, name, clearLatch);
    const { Parameter } = await parameters.send(new GetParameterCommand({ Name: name }));
    expect(Parameter?.Value).toBe(clearLatchText);
    expect(Parameter?.Type).toBe("String");
    expect(await readLatch(parameters, name)).toEqual(clearLatch);
  });

  it("counts as set where nobody can read what it holds", async () => {
    const { parameters } = connectClients(moto);
    await parameters.send(new PutParameterCommand({ Name: name, Value: "open", Overwrite: true }));
    expect(await readLatch(parameters, name)).toMatchObject({ state: "set", at: "unknown" });
  });

  it("counts as set where the parameter does not exist", async () => {
    const { parameters } = connectClients(moto);
    expect(await readLatch(parameters, `${name}-gone`)).toEqual(missingLatch(`${name}-gone`));
  });

  it("is an error where AWS gives no answer, which says nothing of the latch", async () => {
    const { parameters } = connectClients(moto);
    answerCalls(parameters);
    await expect(readLatch(parameters, name)).rejects.toThrow(/^AWS: the rollback latch could not be read: /);
  });
});

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
      noted: [],
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
