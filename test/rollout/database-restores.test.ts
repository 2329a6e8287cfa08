import { describe, expect, it } from "vitest";
import { type DatabaseRestore, isUndone, restoresThatLedHere } from "../../rollout/database-restores.ts";

const hour = (count: number) => new Date(Date.UTC(2026, 10, 23, count)).toISOString();

const restore = (at: number, to: number, source: string, instance: string | null): DatabaseRestore => ({
  at: hour(at),
  to: hour(to),
  source,
  instance,
});

describe("isUndone", () => {
  const toNine = restore(12, 9, "a", "b");
  it.each([
    ["a restore to before it", 10, [toNine], true],
    ["a restore to after it", 10, [restore(12, 11, "a", "b")], false],
    ["a restore to its very moment", 9, [toNine], false],
    ["a restore before it", 13, [toNine], false],
    ["a restore that began at its very moment", 12, [toNine], false],
    ["no restore", 10, [], false],
    ["a later one from the instance that does not have it", 10, [toNine, restore(14, 13, "b", "c")], true],
    ["a later one from the instance that has it", 10, [toNine, restore(14, 11, "a", "c")], false],
    ["a later one from it, to before it", 10, [toNine, restore(14, 8, "a", "c")], true],
    [
      "a later one, where nobody knows what the first made",
      10,
      [restore(12, 9, "a", null), restore(14, 13, "b", "c")],
      false,
    ],
    [
      "a third, from an instance that never had it",
      10,
      [toNine, restore(14, 13, "b", "c"), restore(16, 15, "c", "d")],
      true,
    ],
    [
      "a third, from the one that has it again",
      10,
      [toNine, restore(14, 11, "a", "c"), restore(16, 15, "c", "d")],
      false,
    ],
  ])("%s", (_, at, restores, expected) => {
    expect(isUndone(hour(at), restores)).toBe(expected);
  });
});

describe("restoresThatLedHere", () => {
  const first = restore(12, 9, "a", "b");
  const second = restore(14, 13, "b", "c");
  const both = [second, first];

  it("are all of them, oldest first, where the file has the last one", () => {
    const from = { sourceInstanceIdentifier: "b", restoreTime: "2026-11-24T00:00:00+11:00" };
    expect(restoresThatLedHere(both, from)).toEqual([first, second]);
    const fromCopy = [first, restore(14, 3, "awsbackup:job-1", "c")];
    expect(restoresThatLedHere(fromCopy, { snapshotIdentifier: "awsbackup:job-1" })).toEqual(fromCopy);
  });

  it.each([
    ["says that it was made from nothing", undefined],
    ["has another moment", { sourceInstanceIdentifier: "b", restoreTime: hour(12) }],
    ["has another source", { sourceInstanceIdentifier: "a", restoreTime: hour(13) }],
    ["has the first one", { sourceInstanceIdentifier: "a", restoreTime: hour(9) }],
    ["has no moment", { sourceInstanceIdentifier: "b" }],
    ["has a copy", { snapshotIdentifier: "awsbackup:job-1" }],
  ])("are none where the file %s", (_, from) => {
    expect(restoresThatLedHere(both, from)).toEqual([]);
  });

  it("are none where there is no evidence of any", () => {
    expect(restoresThatLedHere([], { snapshotIdentifier: "awsbackup:job-1" })).toEqual([]);
  });
});
