/** What follows from the design's table once an update is accepted. It imports nothing of `rollout/` either. */

import { isStaged, lowers, returns } from "./moves.ts";
import {
  type Asked,
  type LatchSeen,
  type Promoted,
  type Release,
  type Setting,
  type Standing,
  schedules,
  type Update,
} from "./words.ts";

/**
 * Where the rollout stands after an accepted update.
 *
 * @param isSettingForced whether a reason names the setting, and so changes it for both colours at once
 */
export function standingAfter(update: Update, isSettingForced: boolean): Standing {
  const { before, asked } = update;
  const { setting: inFile } = asked;
  const of = (release: Release | null, own: Setting | null) =>
    release === null ? null : isSettingForced ? inFile : own;
  if (before === null) {
    const { weight, live, candidate, schedule } = asked;
    const settings = { inFile, live: of(live, inFile), candidate: of(candidate, inFile) };
    return { weight, live, candidate, schedule, settings, hoursAtWeight: 0, promoted: null, returnedFrom: null };
  }
  const ofLive = of(asked.live, before.settings.live ?? inFile);
  const takes = isStaged({ ...update, before }) || before.settings.candidate === null;
  const ofCandidate = of(asked.candidate, takes ? inFile : before.settings.candidate);
  const [liveSetting, candidateSetting] = asked.flips ? [ofCandidate, ofLive] : [ofLive, ofCandidate];
  const [live, candidate] = asked.flips ? [asked.candidate, asked.live] : [asked.live, asked.candidate];
  const isPromote = asked.flips && before.weight === 100;
  const keeps = !asked.flips && asked.weight === before.weight;
  return {
    weight: asked.weight,
    live,
    candidate,
    schedule: asked.schedule,
    settings: { inFile, live: liveSetting, candidate: candidateSetting },
    hoursAtWeight: keeps ? before.hoursAtWeight : 0,
    returnedFrom: isPromote
      ? null
      : asked.flips
        ? { release: before.live, setting: before.settings.live }
        : before.returnedFrom,
    promoted: isPromote ? promotedFrom(before, asked) : asked.flips ? null : before.promoted,
  };
}

/** The window to return in is fixed by the promote. */
function promotedFrom({ live }: Standing, { schedule }: Asked): Promoted {
  return { awayFrom: live, windowHours: schedules[schedule].returnHours, isWindowOpen: true };
}

/** Row "latch": resume clears it at weight 0, in AWS too, with another release than the one rolled back, or for a reason. */
export function mayResume(standing: Standing, latch: LatchSeen, isAllToLive: boolean, hasReason: boolean): boolean {
  if (!isAllToLive || standing.weight !== 0) return false;
  if (hasReason || standing.candidate === null) return true;
  if (latch.is !== "set" || latch.rolledBack === null) return false;
  return latch.rolledBack.colour === "live" || latch.rolledBack.release !== standing.candidate;
}

/**
 * What a rollback may never do: give the public a release that was not serving it. The releases with traffic after an update
 * that lowers or returns had some before, or are live's, or the one that a return leads back to.
 */
export function servesOnlyWhatServed(update: Update): boolean {
  const { before, asked, aws } = update;
  if (before === null) return true;
  const later = { ...update, before };
  if (!lowers(later) && !returns(later)) return true;
  if (asked.live !== before.live || asked.candidate !== before.candidate) return asked.weight === 0 && !asked.flips;
  if (returns(later)) return before.promoted?.awayFrom === asked.candidate;
  return asked.weight === 0 || aws === "unreadable" || aws.candidateShare > 0;
}
