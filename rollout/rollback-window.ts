import { otherColour } from "./colour.ts";
import type { RolloutRecord } from "./record.ts";
import { addSeconds } from "./time.ts";

/** The end of the rollback window that the last promote opened, or undefined where none was opened. */
export function rollbackWindowEnd(record: RolloutRecord, rollbackWindowSeconds: number): Date | undefined {
  return record.promotedAt === null ? undefined : addSeconds(new Date(record.promotedAt), rollbackWindowSeconds);
}

/**
 * Whether the candidate is the version that was live before the last promote, and so no release to roll out: the way back
 * to it is a return.
 */
export function isOldVersion(record: RolloutRecord): boolean {
  if (record.promotedAt === null) return false;
  const candidate = otherColour(record.liveColour);
  const promotion = record.history.findLast((entry) => entry.event === "promoted");
  return record.images[candidate] !== null && record.images[candidate] === promotion?.images[candidate];
}

/**
 * Whether the version that served before the last promote can still become live again at once: its window is open and
 * the old colour still runs the image it had then.
 */
export function canReturn(record: RolloutRecord, rollbackWindowSeconds: number, now: Date): boolean {
  const end = rollbackWindowEnd(record, rollbackWindowSeconds);
  return end !== undefined && now < end && isOldVersion(record);
}
