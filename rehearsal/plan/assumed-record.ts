import { byColour } from "../../rollout/colour.ts";
import type { WantedRollout } from "../../rollout/move.ts";
import { nextRecord } from "../../rollout/next-record.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { bakeSecondsAt, freezeWindowAt, type Schedule } from "../../rollout/schedule.ts";
import { versionsIn } from "../../rollout/secret-versions.ts";
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
  const { liveColour, images, signingKeys, settings, taskSettings = {} } = wanted;
  const releaseSettings = byColour((colour) => (images[colour] === null ? null : taskSettings));
  const kept = Object.entries(versionsIn(taskSettings)).map(([name, version]) => [name, [version]]);
  const keptSecrets = Object.fromEntries(kept);
  const observed = { liveColour, weightPercent, images, signingKeys, settings, releaseSettings, keptSecrets, schedule };
  return waitedRecord(nextRecord(null, observed, now), schedule, now);
}

/**
 * The record as it is once a person has waited for all that only takes time: at `now` its step's bake is just over, and so is
 * the grace of a signing key.
 */
export function waitedRecord(record: RolloutRecord, schedule: Schedule, now: Date): RolloutRecord {
  const { signingKeys } = record;
  const inGrace = signingKeys !== undefined && signingKeys.acceptedUntil !== null;
  return {
    ...record,
    since: addSeconds(now, -bakeSecondsAt(schedule, record.weightPercent)).toISOString(),
    ...(inGrace ? { signingKeys: { ...signingKeys, acceptedUntil: now.toISOString() } } : {}),
  };
}
