import { nextMove } from "../../rollout/schedule.ts";
import { RefusedError } from "../outcome.ts";
import type { Snapshot } from "../snapshot.ts";
import type { AskedMove } from "./accept-move.ts";
import { judgePromotePlan } from "./judge-plan.ts";

/**
 * The promote, as it is asked for.
 *
 * @throws {RefusedError} below 100 %
 */
export function promotion(
  { record, schedule, candidate }: Snapshot,
  stage: string,
  reason: string | undefined,
): AskedMove {
  const next = nextMove(record, schedule);
  if (next.kind === "step") {
    throw new RefusedError("The promote", [
      `The rollout stands at ${record.weightPercent} %, and ${candidate} is promoted from 100 % after its bake. The next is npm run rollout -- advance --stage ${stage}.`,
    ]);
  }
  return {
    action: "promote",
    name: `The promote of ${candidate}`,
    to: { liveColour: candidate, weightPercent: 0 },
    edit: { liveColour: candidate, candidateWeight: 0 },
    reason,
    judgePlan: judgePromotePlan,
  };
}
