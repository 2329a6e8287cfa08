import { colours } from "./colour.ts";
import type { Move } from "./move.ts";
import { settingsAfter } from "./release.ts";
import { changedSettings } from "./settings.ts";
import { areSameKeys } from "./signing-keys.ts";

/**
 * Whether a move is right from whatever split AWS has: all traffic to the colour that is live, and nothing else changed.
 * It undoes what nobody can see, so that a rule that is gone or unreadable can be made again.
 *
 * A setting that would be staged in the candidate is a change too: the candidate may be serving the public. One that live
 * keeps out, as on the way down from a step, is none.
 */
export function isSafeFromAnySplit(move: Pick<Move, "previous" | "wanted" | "schedule" | "now">): boolean {
  const { previous, wanted } = move;
  if (previous === null) return true;
  const isSame = colours.every((colour) => previous.images[colour] === wanted.images[colour]);
  const hasSameKeys = areSameKeys(previous.signingKeys, wanted.signingKeys);
  const isAllToLive = wanted.weightPercent === 0 && wanted.liveColour === previous.liveColour;
  return isAllToLive && isSame && hasSameKeys && stagesNothing(move, previous);
}

/** Whether each colour keeps its recorded settings. What a written reason changes under traffic does not count. */
function stagesNothing(
  { wanted, schedule, now }: Parameters<typeof isSafeFromAnySplit>[0],
  previous: NonNullable<Move["previous"]>,
): boolean {
  const { override: _, ...withoutReason } = wanted;
  const after = settingsAfter({ previous, wanted: withoutReason, schedule, now });
  const before = previous.releaseSettings;
  if (after === undefined || before === undefined) return true;
  return colours.every((colour) => changedSettings(before[colour] ?? after[colour], after[colour]).length === 0);
}
