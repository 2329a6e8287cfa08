import { expect, it, onTestFinished } from "vitest";
import { createCleanup, makeWorkFolder } from "../../../rehearsal/local/run/cleanup.ts";
import { startKeeper } from "../../../rehearsal/local/run/keeper.ts";
import { rehearseRestore } from "../../../rehearsal/restore/rehearse-restore.ts";

it("brings back every write that was acknowledged by the moment, and none that began later", async () => {
  const cleanup = createCleanup();
  onTestFinished(async () => void (await cleanup.run()));
  const keeper = await startKeeper();
  cleanup.add("keeper", keeper.stop);
  const folder = await makeWorkFolder(cleanup, keeper);
  const aborted = new AbortController().signal;
  const report = await rehearseRestore(folder, { keeper, aborted }, { writers: 3, writeMilliseconds: 300 });
  expect([report.lost, report.unexpected]).toEqual([[], []]);
  expect(report.due).toBeGreaterThan(0);
  expect(report.late).toBeGreaterThan(0);
  // A write that was under way at the moment is neither.
  expect(report.acknowledged - report.due - report.late).toBeLessThanOrEqual(3);
  expect(report.restoreSeconds).toBeGreaterThan(0);
});
