import { wantedRollout } from "../../infra/rollout/wanted.ts";
import { type Decision, decide } from "../../rollout/decide.ts";
import type { Snapshot } from "../snapshot.ts";
import { commandWording } from "./command-wording.ts";

/** What of the config an edit may change, as the rules read it. */
export type ConfigEdit = Partial<Pick<Snapshot["config"], "liveColour" | "candidateWeight" | "images">>;

/**
 * Asks the rules of the rollout about an edit of the config, as the program will when it is made.
 *
 * A reason that stands in config from before counts for nothing here: whoever skips a bake by a command says why, now.
 *
 * @param reason the written reason that is given with the edit
 */
export function decideEdit(
  { config, record, schedule, latch, split, takenAt }: Snapshot,
  edit: ConfigEdit,
  reason: string | undefined,
): Decision {
  const { rolloutOverride: _standing, ...settings } = config;
  return decide({
    previous: record,
    wanted: wantedRollout({ ...settings, ...edit, ...(reason === undefined ? {} : { rolloutOverride: reason }) }),
    schedule,
    latch,
    realWeights: split,
    now: takenAt,
  });
}

/** What the rules refuse, in the words of the command line. */
export function refusalsOf(decision: Decision, stage: string): string[] {
  return decision.accepted ? [] : decision.refusals.map(({ message }) => commandWording(message, stage));
}
