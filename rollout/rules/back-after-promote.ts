import { moveKind, type Rule } from "../move.ts";
import { canReturn, rollbackWindowEnd } from "../rollback-window.ts";
import { formatInstant } from "../time.ts";

/** At weight 0 the live colour flips only back, within the rollback window and to the version that was live before. */
export const backAfterPromote: Rule = (move) => {
  const { previous, wanted, schedule, now } = move;
  if (previous === null || moveKind(move) !== "return") return undefined;
  if (canReturn(previous, schedule.rollbackWindowSeconds, now)) return undefined;
  const end = rollbackWindowEnd(previous, schedule.rollbackWindowSeconds);
  const why =
    end === undefined
      ? `nothing was promoted that ${wanted.liveColour} could be returned to`
      : now >= end
        ? `the rollback window ended at ${formatInstant(end, now)}`
        : `${wanted.liveColour} no longer runs the version that was live before`;
  return {
    rule: "back after promote",
    message: `liveColour is ${wanted.liveColour} but ${previous.liveColour} is live and ${why}. Set liveColour to ${previous.liveColour} and take the steps of rollout.steps.`,
    overridable: false,
  };
};
