import { otherColour } from "../../rollout/colour.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { isOldVersion } from "../../rollout/rollback-window.ts";

/** Why there is nothing to roll out after a promote; undefined where there is. */
export function oldVersionProblem(record: RolloutRecord): string | undefined {
  if (record.weightPercent > 0 || !isOldVersion(record)) return undefined;
  const candidate = otherColour(record.liveColour);
  return `${candidate} still runs the version that was live before ${record.liveColour} was promoted, which is no release to roll out. Give images.${candidate} a new one; the way back to the old one is npm run rollout -- rollback --to ${candidate}, within the rollback window.`;
}
