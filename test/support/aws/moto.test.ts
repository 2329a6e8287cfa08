import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect, it, onTestFinished, vi } from "vitest";
import { isRunning } from "../../../rehearsal/local/run/processes.ts";
import { clientSettings } from "./client-settings.ts";
import { describeWithMoto } from "./describe-with-moto.ts";
import { startMoto } from "./moto.ts";

describeWithMoto("startMoto", () => {
  it("answers as AWS does, and is empty again after a reset", async () => {
    const moto = await startMoto();
    onTestFinished(() => moto.stop());
    const ssm = new SSMClient(clientSettings(moto));
    await ssm.send(new PutParameterCommand({ Name: "/a/b", Value: "c", Type: "String" }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/a/b" }));
    expect(Parameter).toMatchObject({ Value: "c", Version: 1 });
    await moto.reset();
    await expect(ssm.send(new GetParameterCommand({ Name: "/a/b" }))).rejects.toMatchObject({
      name: "ParameterNotFound",
    });
  });

  it("keeps servers apart, and leaves no port open that it stopped", async () => {
    const [one, other] = await Promise.all([startMoto(), startMoto()]);
    onTestFinished(() => other.stop());
    expect(one.endpoint).not.toBe(other.endpoint);
    await one.stop();
    await expect(fetch(one.endpoint)).rejects.toThrow("fetch failed");
    expect((await fetch(`${other.endpoint}/moto-api/data.json`)).status).toBe(200);
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
