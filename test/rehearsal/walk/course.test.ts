import { describe, expect, it } from "vitest";
import { courseFrom, firstCandidate } from "../../../rehearsal/walk/course.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { bothImages } from "../../support/rollout.ts";

const images = { "images.blue": bothImages.blue, "images.green": bothImages.green };
const schedule = (...weights: number[]) => weights.map((weight) => ({ weight, bake: "2h" }));
const at = (candidateWeight: number, ...weights: number[]) =>
  readConfig("production", {
    ...images,
    candidateWeight,
    ...(weights.length === 0 ? {} : { "rollout.steps": schedule(...weights) }),
  });

describe("courseFrom", () => {
  it("takes a whole rollout at weight 0, and then one that fails", () => {
    expect(courseFrom(at(0))).toEqual({
      live: "1.0.0",
      whole: { release: "1.1.0", weights: [5, 25, 50, 100] },
      failing: { release: "1.2.0", weights: [5, 25] },
    });
  });

  it("has the release of the first rollout on the candidate at the beginning", () => {
    expect([firstCandidate(courseFrom(at(0))), firstCandidate(courseFrom(at(50)))]).toEqual(["1.1.0", "1.1.0"]);
  });

  it.each([
    [5, [25, 50, 100]],
    [25, [50, 100]],
    [50, [100]],
    [100, []],
  ])("takes the steps that remain at %s %% first, and then a whole rollout", (weight, remaining) => {
    expect(courseFrom(at(weight))).toEqual({
      live: "1.0.0",
      begun: { release: "1.1.0", weights: remaining },
      whole: { release: "1.2.0", weights: [5, 25, 50, 100] },
      failing: { release: "1.3.0", weights: [5, 25] },
    });
  });

  it.each([
    [
      [1, 5, 10, 30, 100],
      [1, 5, 10],
    ],
    [[40, 100], [40]],
    [[100], [100]],
  ])("takes any schedule: of %j a release fails at the last of %j", (weights, failing) => {
    const course = courseFrom(at(0, ...weights));
    expect([course.whole.weights, course.failing.weights]).toEqual([weights, failing]);
  });
});
