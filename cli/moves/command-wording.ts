import { namingStage } from "../../rollout/move.ts";

/**
 * A refusal of the rules in the words of the command line. The rules speak to whoever edits a stack file, and know no
 * stage.
 */
export function commandWording(message: string, stage: string): string {
  return namingStage(message, stage).replaceAll("set rolloutOverride to a reason", 'give a written --reason "…"');
}
