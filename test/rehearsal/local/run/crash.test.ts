import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isRunning } from "../../../../rehearsal/local/run/processes.ts";
import { isOpen } from "../../../../rehearsal/local/run/traces.ts";

interface Started {
  readonly child: ChildProcess;
  readonly pids: readonly number[];
  readonly ports: readonly number[];
  readonly folder: string;
}

async function startRun(): Promise<Started> {
  const child = spawn(process.execPath, [new URL("./crashing-run.ts", import.meta.url).pathname], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, ...JSON.parse(String(line)) };
}

async function expectAllThere({ pids, ports, folder }: Started): Promise<void> {
  expect(pids.map(isRunning)).toEqual([true, true, true]);
  expect(await Promise.all(ports.map(isOpen))).toEqual([true, true]);
  expect(existsSync(folder)).toBe(true);
}

async function expectAllGone({ pids, ports, folder }: Started): Promise<void> {
  expect(pids.map(isRunning)).toEqual([false, false, false]);
  expect(await Promise.all(ports.map(isOpen))).toEqual([false, false]);
  expect(existsSync(folder)).toBe(false);
}

describe("a run that is ended from outside", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("leaves nothing behind after %s, and exits with %i", async (signal, exitCode) => {
    const run = await startRun();
    await expectAllThere(run);
    run.child.kill(signal);
    expect(await once(run.child, "exit")).toEqual([exitCode, null]);
    await expectAllGone(run);
  });

  it("leaves nothing behind even when it is killed outright", async () => {
    const run = await startRun();
    await expectAllThere(run);
    run.child.kill("SIGKILL");
    await vi.waitFor(() => expectAllGone(run), { timeout: 15_000, interval: 50 });
  });
});
