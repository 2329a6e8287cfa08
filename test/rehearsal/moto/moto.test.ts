import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect, it, onTestFinished, vi } from "vitest";
import { isRunning } from "../../../rehearsal/local/run/processes.ts";
import { startMoto } from "../../../rehearsal/moto/moto.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";

describeWithMoto("startMoto", () => {
  async function started() {
    const moto = await startMoto();
    onTestFinished(() => moto.stop());
    return { moto, ssm: new SSMClient(clientSettings(moto)) };
  }
  const put = (ssm: SSMClient, value: string) =>
    ssm.send(new PutParameterCommand({ Name: "/a/b", Value: value, Type: "String", Overwrite: true }));
  const get = async (ssm: SSMClient) => (await ssm.send(new GetParameterCommand({ Name: "/a/b" }))).Parameter;

  it("answers as AWS does, and is empty at every start", async () => {
    const one = await started();
    await put(one.ssm, "c");
    expect(await get(one.ssm)).toMatchObject({ Value: "c", Version: 1 });
    const other = await started();
    await expect(get(other.ssm)).rejects.toMatchObject({ name: "ParameterNotFound" });
  });

  it("gives a copy all that it has, and nothing that comes later; nor does a copy give anything back", async () => {
    const { moto, ssm } = await started();
    await put(ssm, "before");
    const copy = await moto.copy();
    onTestFinished(() => copy.stop());
    const copied = new SSMClient(clientSettings(copy));
    expect(await get(copied)).toMatchObject({ Value: "before", Version: 1 });
    await put(ssm, "later");
    await put(copied, "elsewhere");
    await put(copied, "again");
    expect(await get(ssm)).toMatchObject({ Value: "later", Version: 2 });
    expect(await get(copied)).toMatchObject({ Value: "again", Version: 3 });
  });

  it("leaves no port open that it stopped, and its copies alone", async () => {
    const { moto } = await started();
    const copy = await moto.copy();
    onTestFinished(() => copy.stop());
    await moto.stop();
    await expect(fetch(moto.endpoint)).rejects.toThrow("fetch failed");
    expect((await fetch(`${copy.endpoint}/moto-api/data.json`)).status).toBe(200);
    await copy.stop();
    await expect(fetch(copy.endpoint)).rejects.toThrow("fetch failed");
  });

  it("ends with a test process that is killed outright", async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL("./killed-run.ts", import.meta.url))], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(child.stdout, "data");
    const { pid } = JSON.parse(String(line));
    expect(isRunning(pid)).toBe(true);
    child.kill("SIGKILL");
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 10_000, interval: 50 });
  });
});
