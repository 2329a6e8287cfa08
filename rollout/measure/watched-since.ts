import type { RolloutRecord } from "../record.ts";

/**
 * Since when what runs now has been watched: under traffic since the step began, and at weight 0 since the last update
 * that changed anything, such as the candidate's image.
 */
export function watchedSince(record: RolloutRecord): Date {
  const latest = record.weightPercent > 0 ? record.since : (record.history.at(-1)?.at ?? record.since);
  return new Date(latest);
}
