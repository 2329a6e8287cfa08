import { describe, expect, it } from "vitest";
import { checkStages } from "../../../components/frontend/rolling-release.ts";

describe("checkStages", () => {
  it("takes the limits themselves", () => {
    for (const stages of [[100], [1, 99, 100], [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]]) {
      expect(() => checkStages(stages)).not.toThrow();
    }
  });

  it.each<[string, readonly number[], string]>([
    ["no stage", [], "stagesPercent is []. The last stage is 100 per cent: add it."],
    ["no end", [5], "stagesPercent is [5]. The last stage is 100 per cent: add it."],
    [
      "falling stages",
      [25, 5, 100],
      "stagesPercent is [25, 5, 100]. Stages rise from one to the next: put them in order.",
    ],
    ["a stage of nobody", [0, 100], "Stages rise from one to the next: put them in order."],
    ["two ends", [100, 100], "Stages rise from one to the next: put them in order."],
    ["eleven stages", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100], "Vercel takes 10 stages: leave some out."],
  ])("refuses %s", (_, stages, rule) => {
    expect(() => checkStages(stages)).toThrow(rule);
  });
});
