import type { WantedRollout } from "../../rollout/move.ts";
import { nextRecord } from "../../rollout/next-record.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { bakeSecondsAt, freezeWindowAt, type Schedule } from "../../rollout/schedule.ts";
import { addSeconds } from "../../rollout/time.ts";

/**
 * A record under which a plan without AWS may assume that the configured weight is the next move: the step before it
 * has just baked. In a freeze window no weight rises, so the configured one is assumed to have been reached before. Null
 * at weight 0, which a new stack starts with.
 *
 * The rules still judge the move; nothing but the past is assumed.
 */
export function assumedRecord(wanted: WantedRollout, schedule: Schedule, now: Date): RolloutRecord | null {
  if (wanted.weightPercent === 0) return null;
  const before = schedule.steps.findLast((step) => step.weightPercent < wanted.weightPercent)?.weightPercent ?? 0;
  const weightPercent = freezeWindowAt(schedule, now) === undefined ? before : wanted.weightPercent;
  const { liveColour, images, signingKeys } = wanted;
  const observed = { liveColour, weightPercent, images, signingKeys };
  return bakedRecord(nextRecord(null, observed, now), schedule, now);
}

/** The record with its current step's bake just over at `now`. */
export function bakedRecord(record: RolloutRecord, schedule: Schedule, now: Date): RolloutRecord {
  return { ...record, since: addSeconds(now, -bakeSecondsAt(schedule, record.weightPercent)).toISOString() };
}
