import { describe, expect, it } from "vitest";
import { readStepsTag, writeStepsTag } from "../../rollout/tags.ts";

describe("readStepsTag", () => {
  it.each([
    ["5 25 50 100", [5, 25, 50, 100]],
    ["100", [100]],
  ])("reads %s", (tag, weights) => expect(readStepsTag(tag)).toEqual(weights));

  it.each(["", "5 25 50", "0 100", "50 25 100", "5.5 100", "5,25,100", "5  100"])("refuses %j", (tag) =>
    expect(readStepsTag(tag)).toBeUndefined(),
  );
});

it("reads back what writeStepsTag writes", () => {
  expect(writeStepsTag([5, 25, 50, 100])).toBe("5 25 50 100");
  expect(readStepsTag(writeStepsTag([5, 25, 50, 100]))).toEqual([5, 25, 50, 100]);
});
