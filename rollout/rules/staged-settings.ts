import { otherColour } from "../colour.ts";
import { driftedSplit, type Move, moveKind, type Refusal } from "../move.ts";
import { reasonFor } from "../override.ts";
import type { RolloutRecord } from "../record.ts";
import { settingsAfter } from "../release.ts";
import { canReturn, rollbackWindowEnd } from "../return.ts";
import { changedSettings, shownSetting } from "../settings.ts";
import { formatInstant } from "../time.ts";

/**
 * A setting that the tasks see is part of a release, and live keeps its release. A changed one is refused where no colour would
 * take it: there is no candidate, the candidate is the release that can be returned to, or the same edit moves traffic.
 */
export function stagedSettings(move: Move): readonly Refusal[] {
  const { previous, wanted } = move;
  const asked = wanted.taskSettings;
  // A reason changes both colours. Without it this rule sees what the reason lets through, and the history tells it.
  const { override: _, ...withoutReason } = wanted;
  const after = settingsAfter({ ...move, wanted: withoutReason });
  if (previous === null || previous.releaseSettings === undefined || asked === undefined || after === undefined)
    return [];
  // Under traffic no setting changes at all, whoever sees it.
  if (previous.weightPercent > 0) return [];
  // All traffic to live is never refused for it. The next update stages what this one leaves.
  if (moveKind(move) === "stay" && driftedSplit(move) !== undefined) return [];
  const candidate = otherColour(previous.liveColour);
  const before = previous.releaseSettings;
  const changed = changedSettings(before[previous.liveColour] ?? asked, asked);
  // The release to return to stays as it is, also where the file is put back to what it runs with.
  const isKept =
    wanted.liveColour === previous.liveColour &&
    wanted.images[candidate] === previous.images[candidate] &&
    canReturn(previous, move.schedule.rollbackWindowSeconds, move.now);
  const isTaken = !isKept && wanted.images[candidate] !== null && changedSettings(after[candidate], asked).length === 0;
  const moves = moveKind(move) !== "stay";
  const isStagedNow = changedSettings(before[candidate] ?? asked, after[candidate]).length > 0;
  if ((changed.length === 0 || isTaken) && !(moves && isStagedNow)) return [];
  const todo = whatToDo(move, previous);
  // Where the file has what live runs with, it is the candidate's that changed.
  const from = before[changed.length > 0 ? previous.liveColour : candidate] ?? asked;
  return changedSettings(from, asked).map((key) => ({
    rule: "settings",
    message: `You changed ${key} from ${shownSetting(from[key])} to ${shownSetting(asked[key])}. It is part of a release, and ${previous.liveColour} is live and keeps its own. ${todo} Or, to change it for both colours at once, ${reasonFor(key)}.`,
    allowance: key,
  }));
}

function whatToDo(move: Move, previous: RolloutRecord): string {
  const { wanted, schedule, now } = move;
  const candidate = otherColour(previous.liveColour);
  if (moveKind(move) !== "stay") {
    return "The same edit changes the weight or the live colour. First stage it at candidateWeight 0, in an update of its own.";
  }
  const stage = `set images.${candidate} to the image that is to run with it, which may be live's own, and take it out by the steps.`;
  if (wanted.images[candidate] === null) return `${candidate} has no image that could take it: ${stage}`;
  // Nothing but the return window keeps a candidate with an image from taking it.
  const end = rollbackWindowEnd(previous, schedule.rollbackWindowSeconds) ?? now;
  return `${candidate} keeps its release until ${formatInstant(end, move)}, so that you can return to it. After that, ${stage}`;
}
