import type { RollbackResult } from "../../moves/roll-back.ts";
import { splitWords } from "../shared/split-words.ts";

/** Tells how a rollback ended: where the traffic is first, then what is left to be done. */
export function renderRollback(stage: string, result: RollbackResult): string {
  const { split, trafficMilliseconds, isLatched, notes, problems, evidence, evidencePath } = result;
  const nothingOut = evidence.from?.weightPercent === 0 && evidence.from.liveColour === evidence.to.liveColour;
  const lines = [
    `Public traffic: ${splitWords(split)}, ${(trafficMilliseconds / 1000).toFixed(1)} s after the command began.`,
    ...(nothingOut
      ? [
          `No weight was out before. If ${evidence.to.liveColour} itself is the bad release, the way back is --to with the other colour, within the rollback window.`,
        ]
      : []),
    isLatched
      ? `The latch is set. To go on, when the cause is found: npm run rollout -- resume --stage ${stage}.`
      : "The latch is NOT set: nothing keeps an update from raising the weight.",
    ...notes,
    ...(problems.length === 0 ? [] : ["Still to be done:", ...problems.map((problem) => `- ${problem}`)]),
    `Commit Pulumi.${stage}.yaml and ${evidencePath}.`,
  ];
  return lines.join("\n");
}
