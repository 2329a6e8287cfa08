import { moveKind } from "../move.ts";
import type { Rule } from "../refusal.ts";
import { isScheduled } from "../schedule.ts";

/** The weight is 0 or one that the schedule names, whichever way it moves. */
export const knownStep: Rule = (move) => {
  const { wanted, schedule } = move;
  if (isScheduled(schedule, wanted.weightPercent)) return undefined;
  const weights = schedule.steps.map((step) => step.weightPercent).join(", ");
  const kept =
    moveKind(move) === "stay"
      ? " The schedule was changed while this weight carries traffic: put the step back, or lower the weight."
      : "";
  return {
    rule: "known step",
    message: `candidateWeight is ${wanted.weightPercent} but rollout.steps has the weights ${weights}.${kept} Set candidateWeight to 0 or to one of them.`,
    overridable: false,
  };
};
