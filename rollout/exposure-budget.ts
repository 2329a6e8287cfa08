import type { Step } from "./schedule.ts";

/** The budget where the traffic is so small that the objective allows less: fewer would let no step pass. */
export const leastBudgetRequests = 25;

/** What the budget of a whole rollout follows from. */
export interface ExposureBudgetSettings {
  /** `rollout.exposure.failedRequests` of config, where it is written. */
  readonly mostFailedRequests?: number | undefined;
  readonly steps: readonly Step[];
  /** Public requests of both colours in an hour, on average. */
  readonly requestsPerHour: number;
  /** `objectives.errorRatePercent` of config (guide C3). */
  readonly objectivePercent: number;
}

/**
 * How many of the candidate's public requests may fail in a whole rollout for its steps to pass by exposure: as many as
 * config says, or else as many as the objective allows of all public requests while the schedule bakes, and at least
 * {@link leastBudgetRequests}.
 */
export function exposureBudget(settings: ExposureBudgetSettings): number {
  const { mostFailedRequests, steps, requestsPerHour, objectivePercent } = settings;
  if (mostFailedRequests !== undefined) return mostFailedRequests;
  const bakeHours = steps.reduce((sum, { bakeSeconds }) => sum + bakeSeconds, 0) / 3600;
  return Math.max(leastBudgetRequests, Math.floor((requestsPerHour * bakeHours * objectivePercent) / 100));
}
