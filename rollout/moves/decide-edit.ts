import { wantedRollout } from "../../infra/rollout/wanted.ts";
import { type Decision, decide } from "../core/decide.ts";
import type { Snapshot } from "../world/snapshot.ts";

/** What of the config an edit may change, as the rules read it. */
export type ConfigEdit = Partial<Pick<Snapshot["config"], "liveColour" | "candidateWeight" | "images">>;

/**
 * Asks the rules of the rollout about an edit of the config, exactly as the program will.
 *
 * @param reason the written reason that the edit brings; absent, the one that stands in config
 */
export function decideEdit(
  { config, record, schedule, latch, split, takenAt }: Snapshot,
  edit: ConfigEdit,
  reason: string | undefined,
): Decision {
  const override = reason ?? config.rolloutOverride;
  return decide({
    previous: record,
    wanted: wantedRollout({ ...config, ...edit, ...(override === undefined ? {} : { rolloutOverride: override }) }),
    schedule,
    latch,
    realWeights: split,
    now: takenAt,
  });
}
