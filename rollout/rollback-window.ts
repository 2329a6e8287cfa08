import { otherColour } from "./colour.ts";
import type { Latch } from "./latch.ts";
import type { RolloutRecord } from "./record.ts";
import type { ReturnPlace } from "./return.ts";
import type { LastPromote } from "./rollback-address.ts";
import { addSeconds } from "./time.ts";

/** The end of the rollback window that the last promote opened, or undefined where none was opened. */
export function rollbackWindowEnd(record: RolloutRecord, rollbackWindowSeconds: number): Date | undefined {
  return record.promotedAt === null ? undefined : addSeconds(new Date(record.promotedAt), rollbackWindowSeconds);
}

/**
 * What the rollback address says of the last promote. It depends on neither the weight nor the clock, so that a step leaves
 * the address alone.
 *
 * @returns null where nothing was promoted, or the promote was undone by a return
 */
export function lastPromote(record: RolloutRecord, rollbackWindowSeconds: number): LastPromote | null {
  const returnUntil = rollbackWindowEnd(record, rollbackWindowSeconds);
  if (record.promotedAt === null || returnUntil === undefined) return null;
  const liveBefore = otherColour(record.liveColour);
  const promotion = record.history.findLast((entry) => entry.event === "promoted");
  return {
    at: record.promotedAt,
    returnUntil: returnUntil.toISOString(),
    liveBefore,
    imageBefore: promotion?.images[liveBefore] ?? null,
    imageNow: record.images[liveBefore],
  };
}

/** A record and a latch as a return is judged by them: the same as from the rollback address that goes with the record. */
export function returnPlaceOf(record: RolloutRecord, rollbackWindowSeconds: number, latch: Latch): ReturnPlace {
  const { liveColour } = record;
  return { address: { liveColour, lastPromote: lastPromote(record, rollbackWindowSeconds) }, latch };
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
