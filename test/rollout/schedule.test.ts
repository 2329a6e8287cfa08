import { describe, expect, it } from "vitest";
import { bakeSecondsAt, bakeTextAt, limitSecondsAt, nextMove } from "../../rollout/schedule.ts";
import { guideSchedule, promotedRecord, recordAt } from "../support/rollout.ts";

describe("how long a weight is watched", () => {
  const schedule = {
    ...guideSchedule,
    steps: guideSchedule.steps.map((step) =>
      step.weightPercent === 25 ? { ...step, bakeText: "240m", limitSeconds: 86_400 } : step,
    ),
  };

  it("is the bake of its step, or of the next one above it, and nothing at 0 and beyond the last", () => {
    expect([0, 5, 10, 25, 100, 101].map((weight) => bakeSecondsAt(schedule, weight) / 3600)).toEqual([
      0, 2, 4, 4, 48, 0,
    ]);
  });

  it("is told as the file has it, with its place, and otherwise in words", () => {
    expect(bakeTextAt(schedule, 25)).toBe("240m (rollout.steps[1].bake)");
    expect(bakeTextAt(schedule, 10)).toBe("240m (rollout.steps[1].bake)");
    expect(bakeTextAt(schedule, 5)).toBe("2 h");
    expect(bakeTextAt(schedule, 101)).toBe("0 s");
    const [, ...fromSecond] = schedule.steps;
    expect(bakeTextAt({ ...schedule, steps: fromSecond }, 0)).toBe("0 s");
  });

  it("is limited where its own step is", () => {
    expect([0, 5, 10, 25].map((weight) => limitSecondsAt(schedule, weight))).toEqual([
      undefined,
      undefined,
      undefined,
      86_400,
    ]);
  });
});

describe("nextMove", () => {
  it.each([
    [0, 5],
    [5, 25],
    [25, 50],
    [50, 100],
    // A weight that an edited schedule no longer names.
    [10, 25],
    [99, 100],
  ])("goes from %i %% to %i %%", (from, to) => {
    expect(nextMove(recordAt(from), guideSchedule)).toEqual({
      kind: "step",
      step: guideSchedule.steps.find(({ weightPercent }) => weightPercent === to),
      nextWeightPercent: to,
    });
  });

  it("promotes from 100 %, whichever colour is live", () => {
    expect(nextMove(recordAt(100), guideSchedule)).toEqual({
      kind: "promote",
      liveColour: "green",
      nextWeightPercent: 100,
    });
    expect(nextMove(promotedRecord({ weightPercent: 100 }), guideSchedule)).toMatchObject({ liveColour: "blue" });
  });

  it("begins again with the first step after a promote", () => {
    expect(nextMove(promotedRecord(), guideSchedule)).toMatchObject({ kind: "step", nextWeightPercent: 5 });
  });
});
