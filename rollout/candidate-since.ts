import type { RolloutEvent, RolloutRecord } from "./record.ts";

/** What makes another release, or another colour, the candidate. A step does none of it. */
const beginnings: readonly RolloutEvent[] = ["deployed", "image", "promoted", "returned"];

/** Whether the candidate is another one from this event on. */
export function beginsCandidate(event: RolloutEvent | undefined): boolean {
  return event !== undefined && beginnings.includes(event);
}

/**
 * Since when the candidate is the one that it is: before that, its target group served another release. Its public traffic
 * began later, with the first step, so a count from here on is one of all its public requests.
 *
 * Neither the weight nor the clock changes it, so that a step leaves the rollback address alone. A release that differs in
 * settings alone does not begin anew by itself, but the check also begins anew when the latch was cleared.
 *
 * @returns an ISO 8601 instant
 */
export function candidateSince(record: RolloutRecord): string {
  const begun = record.history.findLast(({ event }) => beginsCandidate(event));
  return record.candidateSince ?? begun?.at ?? record.history[0]?.at ?? record.since;
}
