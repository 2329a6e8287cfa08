import type { RollbackResult } from "../../moves/roll-back.ts";
import { splitWords } from "../shared/split-words.ts";

/** Tells how a rollback ended: where the traffic is first, then what is left to be done. */
export function renderRollback(stage: string, result: RollbackResult): string {
  const { split, trafficMilliseconds, isLatched, notes, problems, evidencePath } = result;
  const files = [`Pulumi.${stage}.yaml`, ...(evidencePath === null ? [] : [evidencePath])];
  const lines = [
    `Public traffic: ${splitWords(split)}, ${(trafficMilliseconds / 1000).toFixed(1)} s after the command began.`,
    ...notes,
    isLatched
      ? `The latch is set. To go on, when the cause is found: npm run rollout -- resume --stage ${stage}.`
      : "The latch is NOT set: nothing keeps an update from raising the weight.",
    ...(problems.length === 0 ? [] : ["Still to be done:", ...problems.map((problem) => `- ${problem}`)]),
    `Commit ${files.join(" and ")}.`,
  ];
  return lines.join("\n");
}
