import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { startKeeper } from "../../../../rehearsal/local/run/keeper.ts";
import { busyText, isTooSlow, measureSlowness } from "../../../../rehearsal/local/run/machine-control.ts";

it("measures how late work is done, since whatever time is asked for", async () => {
  const slownessSince = measureSlowness();
  const from = Date.now();
  await sleep(10);
  // Nothing else has a turn in the meantime.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  await vi.waitFor(() => expect(slownessSince(from).delayMilliseconds).toBeGreaterThan(400));
  expect(slownessSince(Date.now() + 1)).toEqual({ delayMilliseconds: 0, workFactor: 1 });
});

/** Processes that do nothing but work, and end by themselves. */
function keepBusy(processes: number, milliseconds: number): void {
  const work = `const until = Date.now() + ${milliseconds}; while (Date.now() < until);`;
  for (let count = 0; count < processes; count++) {
    const child = spawn(process.execPath, ["-e", work], { stdio: "ignore" });
    onTestFinished(() => void child.kill("SIGKILL"));
  }
}

it("measures how many times longer work takes on a machine whose processors others use", async () => {
  const slownessSince = measureSlowness();
  const from = Date.now();
  keepBusy(5 * availableParallelism(), 20_000);
  await vi.waitFor(() => expect(slownessSince(from).workFactor).toBeGreaterThan(3), 15_000);
});

it("is answered by the keeper, to several who ask at once", async () => {
  const keeper = await startKeeper();
  onTestFinished(() => keeper.stop());
  const answers = await Promise.all([1, 2, 3].map((since) => keeper.slownessSince(since)));
  for (const { delayMilliseconds, workFactor } of answers) {
    expect(delayMilliseconds).toBeGreaterThanOrEqual(0);
    expect(workFactor).toBeGreaterThanOrEqual(1);
  }
});

it.each([
  [false, 400, 1, true],
  [false, 399, 2.9, false],
  [false, 20, 3, true],
  [true, 5000, 8, false],
  [false, undefined, undefined, false],
])(
  "what held: %j, with a delay of %s ms and work that took %s times as long, is not judged: %j",
  (held, slowestControlMilliseconds, slowestWorkFactor, expected) => {
    expect(isTooSlow({ held, machine: { slowestControlMilliseconds, slowestWorkFactor } })).toBe(expected);
  },
);

it("tells of a busy machine at once, and of another one nothing", () => {
  expect(busyText({ delayMilliseconds: 20, workFactor: 7.02 })).toContain("work takes 7.0 times as long");
  expect(busyText({ delayMilliseconds: 612.4, workFactor: 1 })).toContain("up to 612 ms late");
  expect(busyText({ delayMilliseconds: 399, workFactor: 2.9 })).toBeUndefined();
});
