import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { startKeeper } from "../../../../rehearsal/local/run/keeper.ts";
import { isTooSlow, measureDelays } from "../../../../rehearsal/local/run/machine-control.ts";

it("measures how late work is done, since whatever time is asked for", async () => {
  const slowestSince = measureDelays();
  const from = Date.now();
  await sleep(10);
  // Nothing else has a turn in the meantime.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  await vi.waitFor(() => expect(slowestSince(from)).toBeGreaterThan(400));
  expect(slowestSince(Date.now() + 1)).toBe(0);
});

it("is answered by the keeper, to several who ask at once", async () => {
  const keeper = await startKeeper();
  onTestFinished(() => keeper.stop());
  const answers = await Promise.all([1, 2, 3].map((since) => keeper.slowestDelaySince(since)));
  for (const answer of answers) expect(answer).toBeGreaterThanOrEqual(0);
});

it.each([
  [false, 400, true],
  [false, 399, false],
  [true, 5000, false],
  [false, undefined, false],
])("what held: %j, with a delay of %s ms, is not judged: %j", (held, slowestControlMilliseconds, expected) => {
  expect(isTooSlow({ held, machine: { slowestControlMilliseconds } })).toBe(expected);
});
