import { expect, it } from "vitest";
import { requireOngoingCase, runCase } from "./ongoing-case.ts";

it("stops what a case left running when it ended, and nothing of the next case", async () => {
  const { promise: nextHasBegun, resolve: beginNext } = Promise.withResolvers<void>();
  const done: string[] = [];
  let leftRunning: Promise<void> = Promise.resolve();
  await runCase("first", async () => {
    requireOngoingCase();
    leftRunning = nextHasBegun.then(() => {
      requireOngoingCase();
      done.push("first");
    });
  });
  const stopped = expect(leftRunning).rejects.toThrow('"first" is over, and does nothing more.');
  await runCase("next", async () => {
    beginNext();
    await stopped;
    requireOngoingCase();
    done.push("next");
  });
  expect(done).toEqual(["next"]);
});

it("ends a case that fails too, and lets through what belongs to none", async () => {
  const calls: (() => void)[] = [];
  const failing = runCase("failing", async () => {
    await Promise.resolve();
    calls.push(() => requireOngoingCase());
    throw new Error("on purpose");
  });
  await expect(failing).rejects.toThrow("on purpose");
  expect(() => calls[0]?.()).not.toThrow();
});
