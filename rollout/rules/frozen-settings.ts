import { otherColour } from "../colour.ts";
import { type Move, moveKind, type Refusal } from "../move.ts";
import { reasonFor } from "../override.ts";
import { changedSettings, shownSetting } from "../settings.ts";

/**
 * While the candidate has traffic, the settings that both colours run with stay as they were when the weight left 0. A changed
 * one would restart live's tasks as well, or change what is around them, and the bake and the counts would go on as if the
 * candidate were still what was tested.
 *
 * All traffic to live is never refused for it: whoever lowers the weight to 0 may have other edits in the file.
 */
export function frozenSettings(move: Move): readonly Refusal[] {
  const { previous, wanted } = move;
  const frozen = previous?.settings;
  const isOver = wanted.weightPercent === 0 && moveKind(move) !== "promote";
  if (previous === null || frozen === undefined || wanted.settings === undefined || isOver) return [];
  if (previous.weightPercent === 0) return [];
  const candidate = otherColour(previous.liveColour);
  return changedSettings(frozen, wanted.settings).map((key) => ({
    rule: "settings",
    message: `You changed ${key} from ${shownSetting(frozen[key])} to ${shownSetting(wanted.settings?.[key])} while ${candidate} has ${previous.weightPercent} %. Both colours run with it, live too, and what the steps have shown would no longer hold. Put ${shownSetting(frozen[key])} back, or set candidateWeight to 0 first, or ${reasonFor(key)}.`,
    allowance: key,
  }));
}
