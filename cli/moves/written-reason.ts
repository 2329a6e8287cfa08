import type { Decision } from "../../rollout/decide.ts";
import type { Snapshot } from "../snapshot.ts";
import type { SettingsEdit } from "../stack-file/edit.ts";

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
