import type { Snapshot } from "../snapshot.ts";
import type { SettingsEdit } from "../stack-file/edit.ts";

/**
 * Why a stack file asks for something else than what is deployed: it is somebody's edit, and not ours to overwrite. It may
 * ask already for what the move edits, as after a run that was cut off.
 */
export function configProblems(
  { config, record }: Pick<Snapshot, "config" | "record">,
  edit: Pick<SettingsEdit, "liveColour" | "candidateWeight">,
): string[] {
  const problems: string[] = [];
  const deployed = record.weightPercent;
  const next = edit.candidateWeight ?? deployed;
  if (config.candidateWeight !== deployed && config.candidateWeight !== next) {
    const wanted = next === deployed ? "" : ` and ${next} is the next`;
    problems.push(
      `candidateWeight is ${config.candidateWeight} in the stack file, ${deployed} is deployed${wanted}. Set it back to ${deployed}, or pull the version that is deployed.`,
    );
  }
  if (config.liveColour !== record.liveColour && config.liveColour !== (edit.liveColour ?? record.liveColour)) {
    problems.push(
      `liveColour is ${config.liveColour} in the stack file and ${record.liveColour} is deployed. Set it back, or pull the version that is deployed.`,
    );
  }
  return problems;
}
