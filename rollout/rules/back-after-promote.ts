import { moveKind, type Rule } from "../move.ts";
import { canReturn, rollbackWindowEnd } from "../rollback-window.ts";
import { formatInstant } from "../time.ts";

/**
 * At weight 0 the live colour flips only back, within the rollback window and to the version that was live before, unless
 * that one was rolled back since.
 */
export const backAfterPromote: Rule = (move) => {
  const { previous, wanted, schedule, latch, now } = move;
  if (previous === null || moveKind(move) !== "return") return undefined;
  const isHeldBack = latch.state === "set" && latch.rolledBack === wanted.liveColour;
  if (canReturn(previous, schedule.rollbackWindowSeconds, now) && !isHeldBack) return undefined;
  const end = rollbackWindowEnd(previous, schedule.rollbackWindowSeconds);
  const why =
    end === undefined
      ? `nothing was promoted that ${wanted.liveColour} could be returned to`
      : now >= end
        ? `the rollback window ended at ${formatInstant(end, now)}`
        : isHeldBack
          ? `${wanted.liveColour} was itself taken off the public path at ${latch.at} (${latch.reason})`
          : `${wanted.liveColour} no longer runs the version that was live before`;
  const resume = isHeldBack
    ? " If it may serve the public all the same, clear the latch first: npm run rollout -- resume --stage <stage> with a reason."
    : "";
  return {
    rule: "back after promote",
    message: `liveColour is ${wanted.liveColour} but ${previous.liveColour} is live and ${why}. Set liveColour to ${previous.liveColour} and take the steps of rollout.steps.${resume}`,
    overridable: false,
  };
};
