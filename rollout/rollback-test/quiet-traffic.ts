import type { Step } from "../schedule.ts";

/** Requests an hour, of both colours, at which each alarm on the candidate must be able to go off. */
export const quietRequestsPerHour = 40;

/** Requests that a window must hold, so that silence or slowness shows: of 10 that were due, none arrives by chance in 1 of 22,000. */
export const dueRequests = 10;

/** The longest window that an alarm may have, hours: period times evaluation periods is at most a day. */
const longestHours = 24;

/** Requests that a window must hold: enough to show silence, and no fewer than must be slow for a response time to count. */
function requestsNeeded(minimumErrors: number): number {
  return Math.max(dueRequests, minimumErrors);
}

/** Hours that a weight takes at quiet traffic until a window holds enough requests. */
function hoursAt(weightPercent: number, minimumErrors: number): number {
  return Math.ceil((100 * requestsNeeded(minimumErrors)) / (quietRequestsPerHour * weightPercent));
}

/**
 * Hours of the long window, so that slowness and silence are found at the first step of a quiet stage. 1 where an hour is
 * enough; at most a day.
 *
 * @param minimumErrors slow requests below which no response time alarms
 */
export function quietWindowHours(steps: readonly Step[], minimumErrors: number): number {
  const hours = steps.map(({ weightPercent }) => hoursAt(weightPercent, minimumErrors));
  return Math.min(longestHours, Math.max(1, ...hours));
}

/**
 * What the plan says of steps at which even a day holds too few requests for the alarms on slowness and silence, at quiet
 * traffic; undefined where there is none. Failures have no such limit: the minute check looks back to the first request.
 */
export function blindStepsWarning(steps: readonly Step[], minimumErrors: number): string | undefined {
  const blind = steps
    .map(({ weightPercent }) => weightPercent)
    .filter((weight) => hoursAt(weight, minimumErrors) > longestHours);
  if (blind.length === 0) return undefined;
  return `At ${quietRequestsPerHour} requests an hour, the step of ${blind.join(" % and of ")} % gets fewer than ${requestsNeeded(minimumErrors)} requests a day. The alarms on response time and on no traffic cannot go off there. With so little traffic, begin with a larger step.`;
}
