import { get } from "node:http";
import type { PlannedHealthCheck } from "../routes.ts";

/** A target's health, in the words of AWS ("Health checks for Application Load Balancer target groups"). */
export type TargetState = "initial" | "healthy" | "unhealthy" | "draining";

/** A target's state, and how many checks in a row had the last result. */
export interface TargetHealth {
  readonly state: TargetState;
  readonly passesInRow: number;
  readonly failuresInRow: number;
}

/** The health of a target that was just registered. */
export const initialHealth: TargetHealth = { state: "initial", passesInRow: 0, failuresInRow: 0 };

/**
 * A target's health after one more check. A new target becomes healthy with one pass. After that it takes as many results
 * in a row as the thresholds say. A draining target stays draining.
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

/**
 * Checks a target once, on a connection of its own, as an Application Load Balancer does.
 *
 * @returns whether the status code passed within the planned timeout. The timeout is not shortened by the time factor,
 *   since it limits real work on this machine
 */
export async function checkHealth(port: number, settings: PlannedHealthCheck): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get(
    {
      host: "127.0.0.1",
      port,
      path: settings.path,
      agent: false,
      headers: { "user-agent": "ELB-HealthChecker/2.0" },
      signal: AbortSignal.timeout(settings.timeoutSeconds * 1000),
    },
    (response) => {
      response.resume();
      resolve(matches(settings.matcher, response.statusCode ?? 0));
    },
  );
  request.once("error", () => resolve(false));
  return await promise;
}

/** Whether a status code passes a matcher such as `200`, `200-299` or `200,301-302`. */
export function matches(matcher: string, statusCode: number): boolean {
  return matcher.split(",").some((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return from !== undefined && to !== undefined && statusCode >= from && statusCode <= to;
  });
}
