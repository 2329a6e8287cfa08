import { otherColour } from "../../rollout/colour.ts";
import { judgeReturn } from "../../rollout/return.ts";
import { isOldVersion, returnPlaceOf } from "../../rollout/rollback-window.ts";
import type { Snapshot } from "../snapshot.ts";
import { returnHint } from "./rollback-words.ts";

/** Why there is nothing to roll out after a promote; undefined where there is. */
export function oldVersionProblem(
  { record, schedule, latch, takenAt }: Pick<Snapshot, "record" | "schedule" | "latch" | "takenAt">,
  stage: string,
): string | undefined {
  if (record.weightPercent > 0 || !isOldVersion(record)) return undefined;
  const candidate = otherColour(record.liveColour);
  const judged = judgeReturn(returnPlaceOf(record, schedule.rollbackWindowSeconds, latch), stage, takenAt);
  const hint = returnHint(judged, stage, takenAt);
  return `${candidate} still has the release that was live before ${record.liveColour} was promoted, which is the previous release, not a new one. Set images.${candidate} to a new release.${hint === undefined ? "" : ` ${hint}`}`;
}
