import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clearLatchText } from "../../../components/rollback/definition-check.ts";
import { readLatch, writeLatch } from "../../../infra/aws/latch.ts";
import { clearLatch, missingLatch, type SetLatch } from "../../../rollout/latch.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { type MotoServer, startMoto } from "../../support/aws/moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";

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
