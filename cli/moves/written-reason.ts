import type { Decision } from "../../rollout/decide.ts";
import { minimumReasonLength } from "../../rollout/rules/resume.ts";
import type { SettingsEdit } from "../stack-file/edit-settings.ts";
import type { Snapshot } from "../world/snapshot.ts";

/** What is wrong with a reason; empty where nothing is, or none was given. */
export function reasonProblems(reason: string | undefined): string[] {
  if (reason === undefined || [...reason].length >= minimumReasonLength) return [];
  return [
    `The reason is "${reason}": write at least ${minimumReasonLength} characters that a reader of the history will understand.`,
  ];
}

/**
 * A reason that was given is written beside the number, from where the program takes it into the history. One that has
 * served is taken out.
 *
 * @param decision what the rules said to the move with this reason
 */
export function overrideEdit({ config, record }: Snapshot, decision: Decision): Pick<SettingsEdit, "rolloutOverride"> {
  if (decision.accepted && decision.override !== undefined) return { rolloutOverride: decision.override };
  const spent = record.history.some(({ override }) => override !== undefined && override === config.rolloutOverride);
  return spent ? { rolloutOverride: null } : {};
}
