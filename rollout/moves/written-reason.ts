import { minimumReasonLength } from "../core/rules/resume.ts";
import type { SettingsEdit } from "../stack-file/edit-settings.ts";
import type { Snapshot } from "../world/snapshot.ts";

/** What is wrong with a reason; empty where nothing is, or none was given. */
export function reasonProblems(reason: string | undefined): string[] {
  if (reason === undefined || reason.length >= minimumReasonLength) return [];
  return [
    `The reason is "${reason}": write at least ${minimumReasonLength} characters that a reader of the history will understand.`,
  ];
}

/** A reason that was given is written beside the number; one that has served is taken out, for it serves once. */
export function overrideEdit(
  { config, record }: Snapshot,
  reason: string | undefined,
): Pick<SettingsEdit, "rolloutOverride"> {
  if (reason !== undefined) return { rolloutOverride: reason };
  const spent = record.history.some(({ override }) => override !== undefined && override === config.rolloutOverride);
  return spent ? { rolloutOverride: null } : {};
}
