import type { PlannedHealthCheck } from "../routes/target-group-inputs.ts";

/** Where a target stands, in the words of AWS ("Health checks for Application Load Balancer target groups"). */
export type TargetState = "initial" | "healthy" | "unhealthy" | "draining";

/** A target's state and what led to it. */
export interface TargetHealth {
  readonly state: TargetState;
  /** Checks in a row with the last result. */
  readonly passesInRow: number;
  readonly failuresInRow: number;
}

/** A target that was just registered. */
export const initialHealth: TargetHealth = { state: "initial", passesInRow: 0, failuresInRow: 0 };

/**
 * A target's health after one more check. A new target needs one pass; a healthy one leaves after the unhealthy
 * threshold and comes back after the healthy threshold, each in a row. A draining target stays draining.
 */
export function afterCheck(health: TargetHealth, passed: boolean, settings: PlannedHealthCheck): TargetHealth {
  const passesInRow = passed ? health.passesInRow + 1 : 0;
  const failuresInRow = passed ? 0 : health.failuresInRow + 1;
  return { state: nextState(health.state, passesInRow, failuresInRow, settings), passesInRow, failuresInRow };
}

function nextState(
  state: TargetState,
  passesInRow: number,
  failuresInRow: number,
  settings: PlannedHealthCheck,
): TargetState {
  if (state === "draining") return state;
  if (state === "initial" && passesInRow > 0) return "healthy";
  if (failuresInRow >= settings.unhealthyThreshold) return "unhealthy";
  if (state === "unhealthy" && passesInRow >= settings.healthyThreshold) return "healthy";
  return state;
}

/** Whether a status code passes a matcher such as `200`, `200-299` or `200,301-302`. */
export function matches(matcher: string, statusCode: number): boolean {
  return matcher.split(",").some((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return from !== undefined && to !== undefined && statusCode >= from && statusCode <= to;
  });
}
