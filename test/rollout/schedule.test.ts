import { describe, expect, it } from "vitest";
import { nextMove } from "../../rollout/schedule.ts";
import { guideSchedule, promotedRecord, recordAt } from "../support/rollout.ts";

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
