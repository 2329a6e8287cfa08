import { expect, it } from "vitest";
import { blindStepsWarning, quietWindowHours } from "../../../rollout/rollback-test/quiet-traffic.ts";

const steps = (...weights: readonly number[]) => weights.map((weightPercent) => ({ weightPercent, bakeSeconds: 3600 }));

it.each([
  [[5, 25, 50, 100], 5],
  [[10, 100], 3],
  [[25, 100], 1],
  [[100], 1],
  [[2, 100], 13],
  [[1, 100], 24],
])(
  "needs for the steps %j a window of %i h, so that 40 requests an hour leave ten for the smallest",
  (weights, hours) => {
    expect(quietWindowHours(steps(...weights), 3)).toBe(hours);
  },
);

it("waits for as many requests as must be slow", () => {
  expect(quietWindowHours(steps(5, 100), 12)).toBe(6);
  expect(blindStepsWarning(steps(2, 100), 20)).toContain("the step of 2 % gets fewer than 20 requests a day");
});

it("says at which steps a day is too short, and only then", () => {
  expect(blindStepsWarning(steps(2, 5, 100), 3)).toBeUndefined();
  // Ten requests in just under a day.
  expect(blindStepsWarning(steps(1.05, 100), 3)).toBeUndefined();
  expect(blindStepsWarning(steps(1, 5, 100), 3)).toContain("the step of 1 % gets fewer than 10 requests a day");
});
