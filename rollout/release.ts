import { byColour, type Colour, otherColour } from "./colour.ts";
import { driftedSplit, type Move, moveKind } from "./move.ts";
import { freshOverride } from "./override-use.ts";
import type { RolloutRecord } from "./record.ts";
import { canReturn, isOldVersion } from "./return.ts";
import { changedSettings, type Settings } from "./settings.ts";

/** What each colour's tasks see of the config, besides the image; null for a colour without an image. */
export type SettingsByColour = Readonly<Record<Colour, Settings | null>>;

/** What decides which settings a colour runs with. */
type ReleaseMove = Pick<Move, "previous" | "wanted" | "schedule" | "now" | "realWeights">;

/**
 * The settings that each colour runs with after an update. With the image they are its release.
 *
 * A colour keeps its recorded release until a new one is staged in it. The config's settings are staged in the candidate, at
 * weight 0 in the record and in AWS: with a new image, or alone where the candidate is not the release that can be returned to. So settings go out by
 * the same steps as an image, promote changes no task, and a return or a rollback brings back the old release whole.
 *
 * A written reason that allows a setting's key changes this one for both colours. Without a record of settings both have the
 * config's: on a first deployment, and where an older version left none and nobody could read the deployed ones.
 *
 * @returns undefined where the config names none
 */
export function settingsAfter(move: ReleaseMove): Readonly<Record<Colour, Settings>> | undefined {
  const { previous, wanted } = move;
  const asked = wanted.taskSettings;
  if (asked === undefined) return undefined;
  const recorded = previous?.releaseSettings;
  if (previous === null || recorded === undefined || wanted.changesLiveInPlace === true) return byColour(() => asked);
  const candidate = otherColour(previous.liveColour);
  const takesNew = isStaged(move, previous, recorded);
  const override = freshOverride(move);
  return byColour((colour) => {
    const own = recorded[colour];
    if (own === null || (colour === candidate && takesNew)) return asked;
    const changed = changedSettings(own, asked).filter((key) => override?.allows.includes(key));
    return changed.reduce<Settings>((settings, key) => withValue(settings, key, asked[key]), own);
  });
}

function withValue(settings: Settings, key: keyof Settings, value: Settings[keyof Settings] | undefined): Settings {
  const { [key]: _, ...others } = settings;
  return value === undefined ? others : { ...others, [key]: value };
}

/** Whether the candidate takes the config's settings by this update. */
function isStaged(move: ReleaseMove, previous: RolloutRecord, recorded: SettingsByColour): boolean {
  const { wanted, schedule, now } = move;
  const candidate = otherColour(previous.liveColour);
  if (previous.weightPercent > 0 || wanted.liveColour !== previous.liveColour) return false;
  if (moveKind(move) === "stay" && driftedSplit(move) !== undefined) return false;
  if (wanted.images[candidate] !== previous.images[candidate]) return true;
  if (!isOldVersion(previous)) return true;
  const isReleased = changedSettings(recorded[previous.liveColour] ?? {}, wanted.taskSettings ?? {}).length === 0;
  return !isReleased && !canReturn(previous, schedule.rollbackWindowSeconds, now);
}
