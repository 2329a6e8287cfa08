import { describe, expect, it } from "vitest";
import { exposureBudget } from "../../rollout/exposure-budget.ts";
import { guideSchedule } from "../support/rollout.ts";

const budgetAt = (requestsPerHour: number, mostFailedRequests?: number) =>
  exposureBudget({ steps: guideSchedule.steps, requestsPerHour, objectivePercent: 0.5, mostFailedRequests });

describe("exposureBudget", () => {
  it("is what C3 allows of the public requests of 62 hours", () => {
    expect(budgetAt(300)).toBe(93);
    expect(budgetAt(3000)).toBe(930);
  });

  it("is at least 25, because fewer would let no step of a quiet rollout pass", () => {
    expect(budgetAt(40)).toBe(25);
    expect(budgetAt(0)).toBe(25);
  });

  it("is what the config says, whatever the traffic is", () => {
    expect(budgetAt(300, 10)).toBe(10);
    expect(budgetAt(300, 0)).toBe(0);
    expect(budgetAt(40, 60)).toBe(60);
  });
});
